"""What is said to both systems: everyday talks, invented, that stay with the bot from beginning to end."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Talk:
    """One customer's messages, in order; `{order}` is an order number of theirs.

    A visitor may send eight messages at once and then one a second: no talk is longer.
    """

    signed_in: bool
    messages: tuple[str, ...]


TALKS = (
    Talk(
        True,
        (
            *("你好", "卡密没到", "{order}", "好的谢谢"),
            *("一般多久能到账啊", "你都能帮我做什么", "帮我查下订单 {order}", "再见"),
        ),
    ),
    Talk(
        False,
        (
            *("在吗", "你是机器人吗", "我想查一下订单", "算了 不查了"),
            *("你们这能处理啥问题", "付款之后要等多久", "谢谢啦", "拜拜"),
        ),
    ),
    Talk(
        True,
        (
            *("hi 在不在", "买的卡密怎么还没发给我，单号 {order}", "卡密能再发我一遍吗", "谢谢老板"),
            *("查下 {order} 到哪一步了", "今天天气真好", "你会干嘛呀", "没事了 88"),
        ),
    ),
)


def talk(number: int) -> Talk:
    """Return the talk of the conversation with this number: all of them in turn."""
    return TALKS[number % len(TALKS)]
