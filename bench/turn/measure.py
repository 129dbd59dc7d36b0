"""The measurement: the same talks with both systems, turn by turn, then with several customers at once."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Barrier

from bench.turn import machine
from bench.turn.system import Answered, Conversation, System
from bench.turn.talks import talk


@dataclass
class Figures:
    """What was measured of one system.

    Attributes:
        first_answer: seconds from its start to the first reply.
        alone: turns of one customer at a time.
        crowd: turns while several customers talk at once.
        crowd_seconds: how long those took all together.
        processor: seconds of processor time that all of these took.
        memory: resident MB by process, at the end.
    """

    first_answer: float = 0.0
    alone: list[Answered] = field(default_factory=list)
    crowd: list[Answered] = field(default_factory=list)
    crowd_seconds: float = 0.0
    processor: float = 0.0
    memory: dict[str, float] = field(default_factory=dict)


def first_answer(system: System, number: int) -> float:
    """Have the first turn; return how long ago the system's first process was started when its reply was there."""
    conversation = system.open(number)
    conversation.say("你好")
    seconds = max(machine.age(pid) for pid in system.processes().values())
    conversation.close()
    return seconds


def warm_up(systems: Sequence[System], numbers: range) -> None:
    """Have talks that do not count."""
    for number in numbers:
        for system in systems:
            _talk(system.open(number), number)


def in_pairs(systems: Sequence[System], figures: Sequence[Figures], numbers: range) -> None:
    """Say each message to one system, then to the other, taking turns at going first.

    What disturbs the machine for longer than a turn disturbs both alike.
    """
    turn = 0
    for number in numbers:
        conversations = [system.open(number) for system in systems]
        for text in talk(number).messages:
            order = [0, 1] if turn % 2 else [1, 0]
            for index in order:
                figures[index].alone.append(conversations[index].say(text))
            turn += 1
        for conversation in conversations:
            conversation.close()


def crowd(system: System, figures: Figures, numbers: range, at_once: int) -> None:
    """Let `at_once` customers talk at a time, the next one as soon as one is done."""
    waiting = list(zip(numbers, [system.open(number) for number in numbers], strict=True))
    together = Barrier(at_once + 1)

    def customer() -> list[Answered]:
        said: list[Answered] = []
        together.wait()
        while waiting:
            try:
                number, conversation = waiting.pop()
            except IndexError:  # another one was quicker
                break
            said += _talk(conversation, number)
        return said

    with ThreadPoolExecutor(at_once) as pool:
        customers = [pool.submit(customer) for _ in range(at_once)]
        together.wait()
        began = time.perf_counter()
        for done in customers:
            figures.crowd += [replace(answered, at_once=True) for answered in done.result()]
        figures.crowd_seconds += time.perf_counter() - began


def processor(system: System) -> float:
    """Return the processor time that the system's processes have used, in seconds."""
    return sum(machine.used(pid) for pid in system.processes().values())


def memory(system: System) -> dict[str, float]:
    """Return the resident MB of each of the system's processes."""
    return {name: machine.resident(pid) for name, pid in system.processes().items()}


def _talk(conversation: Conversation, number: int) -> list[Answered]:
    try:
        return [conversation.say(text) for text in talk(number).messages]
    finally:
        conversation.close()
