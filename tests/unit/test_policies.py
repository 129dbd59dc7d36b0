"""policies.yml: what it may say, what is said of mistakes, and that a mistake never takes effect."""

import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from desk.policies.model import Action
from desk.policies.reading import BadPolicy, parse, read
from desk.policies.source import LOOK_EVERY, PolicyFile
from desk.settings import ROOT

SHIPPED = (ROOT / "policies.yml").read_text(encoding="utf-8")


def line_of(text: str, part: str) -> int:
    return next(place for place, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        ("refund: demo ", "refund: maybe ", "switches.refund：只能是 on、off、demo"),
        ("late_factor: 1.0", "late_factor: soon", "delivery.late_factor：应为数字"),
        ("late_factor: 1.0", "late_factor: 0.5", "delivery.late_factor：不能小于 1"),
        ("topup_retries: 1", "topup_retrys: 1", "delivery.topup_retrys：没有这一项设置，是不是想写 topup_retries？"),
        ("{over: 30, coupon: 3,", "{over: 30, coupon: -3,", "delays[1].coupon：不能小于 0"),
        ("{over: 30, coupon: 3,", "{over: 30, coupon: 3.001,", "delays[1].coupon：金额最多两位小数"),
        ("decision: wait", "decision: waits", "decision：只能是 refund、approval、ticket、wait、refuse"),
        ("keys: [used]", "keys: [usd]", "只能是 none、partial、unused、used、faulty、expired"),
        ("reasons: [买错了", "reasons: [2", "应为文字；数字请加引号"),
        ("once: {refund: 200, coupon: 10}", "once: {refund: 200}", "limits.bot.once.coupon：缺少这一项"),
        ("hours: 每天 9:00–23:00", "hours: 9", "facts.hours：应为文字；数字请加引号"),
        ("recent_orders: 5", "recent_orders: 50", "recent_orders：不能大于 10"),
    ],
)
def test_a_mistake_is_named_with_its_line(right: str, wrong: str, why: str) -> None:
    text = SHIPPED.replace(right, wrong, 1)
    assert text != SHIPPED
    with pytest.raises(BadPolicy) as caught:
        parse(text)
    said = [str(fault) for fault in caught.value.faults]
    assert any(why in each for each in said), said
    named = [fault.line for fault in caught.value.faults if why.split("：")[-1] in str(fault)]
    exact = "缺少" in why or line_of(text, wrong) in named
    assert exact, (named, line_of(text, wrong))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "文件是空的"),
        ("- 1\n- 2\n", "不是一项项的设置"),
        ("switches: [on\n", "格式不对"),
        (SHIPPED + "\nrecent_orders: 3\n", "recent_orders：这一项写了两次"),
        (SHIPPED.replace("name: topup_done", "name: topup_running"), "退款规则重名：topup_running"),
        (SHIPPED.replace("over: 120", "over: 20"), "delays 要按 over 从小到大写"),
        (SHIPPED.replace("  freeze: demo", "  #"), "switches 缺少：freeze"),
    ],
)
def test_what_is_wrong_as_a_whole(text: str, why: str) -> None:
    with pytest.raises(BadPolicy) as caught:
        parse(text)
    assert why in caught.value.details["faults"]


@pytest.mark.parametrize(
    ("minutes", "yuan"), [(0, None), (30, None), (30.5, 3), (119, 3), (121, 5), (1440, 5), (1441, 10), (9999, 10)]
)
def test_the_coupon_for_a_delay(minutes: float, yuan: int | None) -> None:
    step = parse(SHIPPED).coupon_for(timedelta(minutes=minutes))
    assert (step and step.coupon) == (None if yuan is None else Decimal(yuan))


@pytest.mark.parametrize(
    ("switch", "demo", "may"),
    [("on", False, True), ("on", True, True), ("off", True, False), ("demo", True, True), ("demo", False, False)],
)
def test_a_switch(tmp_path: Path, switch: str, demo: bool, may: bool) -> None:
    file = tmp_path / "policies.yml"
    file.write_text(SHIPPED.replace("refund: demo", f"refund: {switch}", 1), encoding="utf-8")
    assert PolicyFile(file, demo=demo).may(Action.REFUND) is may


def test_an_edit_is_taken_over_and_a_bad_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "policies.yml"
    file.write_text(SHIPPED, encoding="utf-8")
    seconds = 0.0
    source = PolicyFile(file, demo=False, now=lambda: seconds)

    def edit(text: str) -> None:
        nonlocal seconds
        file.write_text(text, encoding="utf-8")
        os.utime(file, ns=(int(seconds * 1e9), int(seconds * 1e9)))
        seconds += LOOK_EVERY

    edit(SHIPPED.replace("recent_orders: 5", "recent_orders: 7"))
    assert (source.current.recent_orders, source.faults) == (7, [])
    edit(SHIPPED.replace("recent_orders: 5", "recent_orders: many"))
    assert source.current.recent_orders == 7
    assert [(fault.name, fault.why) for fault in source.faults] == [("recent_orders", "应为数字")]
    file.unlink()
    seconds += LOOK_EVERY
    assert source.current.recent_orders == 7
    assert "读不了 policies.yml" in str(source.faults[0])
    edit(SHIPPED)
    assert (source.current.recent_orders, source.faults) == (5, [])


def test_without_a_policy_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy):
        PolicyFile(tmp_path / "policies.yml", demo=True)


def test_the_check_command_says_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "edited.yml"
    command = [sys.executable, "-m", "desk", "policies", "check", str(file)]
    file.write_text(SHIPPED, encoding="utf-8")
    good = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout) == (0, "edited.yml 没有问题\n"), good.stderr
    file.write_text(SHIPPED.replace("usual: 15", "usual: -1"), encoding="utf-8")
    bad = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert f"第 {line_of(SHIPPED, 'usual: 15')} 行 delivery.usual：要大于 0" in bad.stderr


def test_the_shipped_file_reads_as_itself() -> None:
    policy = read(ROOT / "policies.yml")
    assert policy.refunds.cooling_hours == next(
        rule.within_hours for rule in policy.refunds.rules if rule.name == "key_unused"
    )


@pytest.mark.parametrize(
    ("role", "same_as", "without_it"),
    [
        ("bot", "bot", "bot"),
        ("agent", "agent", "agent"),
        ("second_line", "second_line", "agent"),
        ("finance", "finance", "agent"),
        ("merchant", "merchant", "agent"),
        ("risk", "risk", "agent"),
        ("analyst", "agent", "agent"),
        ("admin", "supervisor", "supervisor"),
        ("root", "agent", "agent"),
    ],
)
def test_each_role_has_limits(role: str, same_as: str, without_it: str) -> None:
    limits = parse(SHIPPED).limits
    assert limits.of(role) == getattr(limits, same_as)
    fewer = limits.model_copy(update=dict.fromkeys(("second_line", "risk", "finance", "merchant")))
    assert fewer.of(role) == getattr(limits, without_it)
