"""What can be wrong with a step on a ticket, in the agents' words."""

from desk.errors import BadRequest, DeskError, Forbidden, NotFound, TooLarge


class NoTicket(NotFound):
    """No ticket has this number."""

    code, message = "no_ticket", "没有找到这张工单"


class BadTicket(BadRequest):
    """A field of the form is missing or wrong; the text says which."""

    code, message = "bad_ticket", "请检查工单内容"


class BadMove(DeskError):
    """A ticket in this state cannot go to that one."""

    code, status, message = "bad_move", 409, "工单当前状态不能这样变更"


class TicketClosed(DeskError):
    """Nothing can be changed on a closed ticket."""

    code, status, message = "ticket_closed", 409, "工单已关闭，不能再改"


class NotConfirmed(DeskError):
    """The customer has not said yet that all is well."""

    code, status, message = (
        "not_confirmed",
        409,
        "客户还没确认解决，不能关闭。请先标记已解决；客户不回复的话，到时间会自动关闭",
    )


class SubTasksOpen(DeskError):
    """Other groups have not finished their part."""

    code, status, message = "subtasks_open", 409, "还有协办任务没完成，不能关闭；主管可以写明原因后关闭"


class ReportMissing(DeskError):
    """A complex case needs its report first."""

    code, status, message = "report_missing", 409, "这张工单要先写完《问题分析报告》（原因、影响、改进措施）才能关闭"


class ReasonMissing(BadRequest):
    """A supervisor's way past the rules needs a reason."""

    code, message = "reason_missing", "请写明提前关闭的原因"


class OnlyLeads(Forbidden):
    """For supervisors."""

    code, message = "only_leads", "只有主管可以这样操作"


class AlreadyUrged(DeskError):
    """A supervisor has been called already."""

    code, status, message = "already_urged", 409, "这张工单已经加急过了，主管正在跟进"


class NotOneCustomer(DeskError):
    """The tickets belong to different customers: one must not read about the other."""

    code, status, message = "not_one_customer", 409, "两张工单不是同一位客户的，不能合并，可以改为互相关联"


class CannotMerge(DeskError):
    """One of the tickets is closed, merged already, or both are the same."""

    code, status, message = "cannot_merge", 409, "不能合并：工单已关闭、已合并过，或者选了同一张"


class NoSubTask(NotFound):
    """No such part, or it is finished."""

    code, message = "no_subtask", "协办任务不存在，或者已经完成"


class NoAction(NotFound):
    """No such action of a report."""

    code, message = "no_action", "没有这条改进措施"


class ReportOutdated(DeskError):
    """A colleague has saved the report since it was shown."""

    code, status, message = "report_outdated", 409, "报告刚被同事改过，请刷新后再改"


class NoMacro(NotFound):
    """No macro has this key."""

    code, message = "no_macro", "这个快捷操作已被删除，请刷新页面"


class MacroUnfit(DeskError):
    """The macro's text names something that this ticket does not have."""

    code, status, message = "macro_unfit", 409, "这张工单没有关联订单，用不了这个快捷操作"


class NoAttachment(NotFound):
    """No such file, or not for the asker."""

    code, message = "no_attachment", "附件不存在，或者已被删除"


class BadAttachment(BadRequest):
    """The file cannot be taken; the text says why."""

    code, message = "bad_attachment", "只能上传图片（PNG、JPEG、WebP）、PDF、TXT 或 CSV 文件"


class AttachmentTooBig(TooLarge):
    """Over the limit."""

    code, message = "attachment_too_big", "文件超过 5 MB 了，请压缩后再传"
