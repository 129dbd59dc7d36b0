"""What can go wrong with a customer's file, in the words of whoever sees it."""

from desk.errors import BadRequest, DeskError, NotFound


class NoCustomer(NotFound):
    """No such customer."""

    code, message = "no_customer", "没有找到这位客户"


class BadTag(BadRequest):
    """The tag cannot be used."""

    code, message = "bad_tag", "标签要写 1 到 12 个字"


class TooManyTags(DeskError):
    """The customer has enough."""

    code, status, message = "too_many_tags", 409, "标签已经够多了，先删掉不用的"


class NoNote(NotFound):
    """No such note of this customer."""

    code, message = "no_note", "这条备注已经不在了"


class BadReminder(BadRequest):
    """When to remind is not usable."""

    code, message = "bad_reminder", "提醒日期要选今天或以后"


class SamePerson(DeskError):
    """Both are the same customer already."""

    code, status, message = "same_person", 409, "这两个身份已经是同一位客户"


class ReasonMissing(BadRequest):
    """Why they are one person has to be said."""

    code, message = "reason_missing", "请写明为什么是同一位客户"


class NoMerge(NotFound):
    """No such merge."""

    code, message = "no_merge", "没有找到这次合并"


class UnknownPurpose(BadRequest):
    """Nothing that one can agree to."""

    code, message = "unknown_purpose", "没有这一项授权"


class StillBusy(DeskError):
    """Something is under way for the customer that needs the data."""

    code, status, message = "still_busy", 409, "这位客户还有没办完的事，办完再删除"


class NotConfirmed(BadRequest):
    """The words that confirm were not typed, or too late."""

    code, message = "not_confirmed", "确认文字不对，没有删除任何内容"
