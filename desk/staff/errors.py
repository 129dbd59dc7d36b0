"""Failures of staff accounts, in the words of whoever sits at the desk."""

from desk.errors import BadRequest, DeskError, Forbidden, Unauthorized


class WrongCredentials(Unauthorized):
    """Unknown login or wrong password: never which."""

    code, message = "wrong_credentials", "账号或密码不对，请再试一次"


class AccountStopped(Forbidden):
    """The password is right, the account may no longer be used."""

    code, message = "account_stopped", "这个账号已停用，请联系主管"


class SignInLocked(DeskError):
    """Too many failed tries; `details["minutes"]` tells when the next is allowed."""

    code, status, message = "sign_in_locked", 429, "登录失败次数太多，请稍后再试"


class NotSignedIn(Unauthorized):
    """No session, or one that has ended."""

    code, message = "not_signed_in", "登录已过期，请重新登录"


class LoginTaken(DeskError):
    """Another account has this login."""

    code, status, message = "login_taken", 409, "这个账号名已被使用"


class BadAccount(BadRequest):
    """The fields of a new account are not usable."""

    code, message = "bad_account", "账号信息不完整"
