"""What can go wrong with a conversation, in the words of whoever sees it."""

from desk.errors import BadRequest, DeskError, NotFound


class NoConversation(NotFound):
    """No such conversation, or not the asker's."""

    code, message = "no_conversation", "没有找到这段会话"


class EmptyMessage(BadRequest):
    """Nothing readable is left of the text."""

    code, message = "empty", "消息是空的，请写点内容再发送"


class MessageTooLong(BadRequest):
    """The text exceeds the limit."""

    code, message = "too_long", "消息太长了，请分几条发送"


class UnknownButton(BadRequest):
    """No such button in this conversation."""

    code, message = "unknown_button", "这个按钮已失效，请直接打字告诉我们"


class AlreadyTaken(DeskError):
    """Another agent has the conversation."""

    code, status, message = "already_taken", 409, "这段会话已由其他同事接待"


class NotYourConversation(DeskError):
    """The agent does not own the conversation."""

    code, status, message = "not_yours", 409, "您还没有接待这段会话，请先接入"


class NotServed(DeskError):
    """No agent has the conversation: there is nobody to take it over from."""

    code, status, message = "not_served", 409, "现在没有同事在接待这段会话，请刷新后再看"


class AlreadyRated(DeskError):
    """The customer has rated this hand-off."""

    code, status, message = "already_rated", 409, "您已经评价过了，谢谢"


class NoRating(NotFound):
    """No such rating request for this customer."""

    code, message = "no_rating", "没有找到这次评价"
