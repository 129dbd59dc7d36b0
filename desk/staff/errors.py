"""Failures of staff accounts, in the words of whoever sits at the desk."""

from desk.errors import BadRequest, DeskError, Forbidden, NotFound, Unauthorized


class WrongCredentials(Unauthorized):
    """Unknown login or wrong password: never which."""

    code, message = "wrong_credentials", "账号或密码不对，请再试一次"


class AccountStopped(Forbidden):
    """The password is right, the account may no longer be used."""

    code, message = "account_stopped", "这个账号已停用，请联系主管"


class SignInLocked(DeskError):
    """Too many failed tries; `details["minutes"]` tells when the next is allowed."""

    code, status, message = "sign_in_locked", 429, "登录失败次数太多，请稍后再试"


class CodeNeeded(Unauthorized):
    """The password is right; the code of the second step has to follow. `token` says who is half-way."""

    code, message = "code_needed", "请输入两步验证码"

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token


class WrongCode(Unauthorized):
    """The code is wrong, too old, or was used before."""

    code, message = "wrong_code", "验证码不对或已经用过，请等下一个再试"


class NotHalfWay(Unauthorized):
    """Nobody waits for the second step here, or waited too long."""

    code, message = "not_half_way", "验证超时了，请重新登录"


class NotSignedIn(Unauthorized):
    """No session, or one that has ended."""

    code, message = "not_signed_in", "登录已过期，请重新登录"


class LoginTaken(DeskError):
    """Another account has this login."""

    code, status, message = "login_taken", 409, "这个账号名已被使用"


class BadAccount(BadRequest):
    """The fields of a new account are not usable."""

    code, message = "bad_account", "账号信息不完整"


class WeakPassword(BadRequest):
    """The password breaks a rule; the text says which."""

    code, message = "weak_password", "这个密码太容易被猜到，请换一个"


class WrongPassword(Forbidden):
    """The present password, asked for before a change, is wrong."""

    code, message = "wrong_password", "当前密码不对"


class NoAccount(NotFound):
    """No account has this id or login."""

    code, message = "no_account", "没有这个账号"


class LastAdmin(DeskError):
    """Without this account nobody could manage accounts any more."""

    code, status, message = "last_admin", 409, "这是最后一个管理员，请先设置另一位管理员"


class NotYourself(DeskError):
    """Stopping oneself, or taking one's own role away."""

    code, status, message = "not_yourself", 409, "不能停用自己，也不能改自己的角色"


class TwoFactorOn(DeskError):
    """It is on already: set up again only after switching it off."""

    code, status, message = "two_factor_on", 409, "两步验证已经开启"


class TwoFactorOff(DeskError):
    """There is nothing to confirm or to switch off."""

    code, status, message = "two_factor_off", 409, "两步验证还没有开始设置"


class TwoFactorRequired(Forbidden):
    """The account's role needs the second step."""

    code, message = "two_factor_required", "您的角色必须使用两步验证，不能关闭"
