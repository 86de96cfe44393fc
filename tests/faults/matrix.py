# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to which call: the whole matrix as data, and a sample of it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.faults.checks import Declared
from tests.faults.proxy import Call, Fault
from tests.scale.cloud import HOST
from tests.scale.project import KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FAULTS = (
    Fault("500", status=500),
    Fault("503", status=503),
    Fault("cut", cut=True),
    Fault("silence", silent=True),
    Fault("409", status=409),
)
"""Each is done to every call, before it reaches the API."""

LOST = (
    Fault("504 once done", status=504, lost=True),
    Fault("cut once done", cut=True, lost=True),
    Fault("silence once done", silent=True, lost=True),
)
"""Done to every call that writes: the API does what it is asked, and the controller does not hear of it."""

OTHERS = (
    Fault("502", status=502),
    Fault("429", status=429, headers={"Retry-After": "1"}),
    Fault("revoked token", revoked=True),
)
"""Done to one call of each operation to each service, and to every call that writes."""

BEFORE = Declared("", ("10.90.0.0/24",), KEYS[0], str(HOST["flavor"]))
WIDER = replace(BEFORE, cidrs=("10.90.0.0/24", "10.91.0.0/24"))
RENEWED = replace(WIDER, key_name=KEYS[1])
OPERATIONS: dict[str, Declared | None] = {"create": BEFORE, "update": WIDER, "replace": RENEWED, "delete": None}
"""What is declared in each step of a host's life, one after the other; None is nothing."""

WAIT = "/stacks?tags"
"""How the path ends of the call by which a controller waits, which is the same over and over."""


@dataclass(frozen=True)
class Case:
    """One fault, done to the `nth` call of a kind during one operation."""

    operation: str
    call: Call
    nth: int
    fault: Fault

    def __str__(self) -> str:
        """Name it in one line."""
        return f"{self.operation}: {self.fault.name} at {self.call} ({self.nth})"


def targets(calls: Sequence[Call]) -> list[tuple[Call, int]]:
    """Return the calls of a recorded run to be spoiled: each, but of those that wait the first, a middle, the last."""
    chosen = []
    for call, count in Counter(calls).items():
        numbers = sorted({1, 2, (count + 2) // 2, count}) if call.path.endswith(WAIT) else range(1, count + 1)
        chosen += [(call, number) for number in numbers if number <= count]
    return chosen


def all_cases(recorded: Mapping[str, Sequence[Call]]) -> list[Case]:
    """Return the matrix; a replacement is an update, so of its calls those from its first write on are enough."""
    cases: list[Case] = []
    for operation, calls in recorded.items():
        served: set[str] = set()
        for call, number in targets(calls):
            if operation == "replace" and not (call.writes or call.path.endswith(WAIT)):
                continue
            cases += [Case(operation, call, number, fault) for fault in FAULTS]
            cases += [Case(operation, call, number, fault) for fault in LOST if call.writes]
            if call.writes or call.service not in served:
                cases += [Case(operation, call, number, fault) for fault in OTHERS if fault.fits(call)]
            served.add(call.service)
    return cases


def sample(cases: Sequence[Case], seed: int) -> list[Case]:
    """Choose cases so that each two of operation, fault and service meet that meet in the matrix."""
    shuffled = list(cases)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a sample, no secret
    chosen, met = [], set[tuple[str, str]]()
    for wanted in (3, 2, 1):
        for case in shuffled:
            if len(_meetings(case) - met) >= wanted:
                chosen.append(case)
                met |= _meetings(case)
    return chosen


def _meetings(case: Case) -> set[tuple[str, str]]:
    operation, fault, service = case.operation, case.fault.name, case.call.service
    return {(operation, fault), (operation, service), (fault, service)}


def lives(cases: Sequence[Case]) -> list[dict[str, Case]]:
    """Arrange cases into lives of hosts, each with one case an operation at the most; calls that write come first."""
    ordered = sorted(cases, key=lambda case: not case.call.writes)
    by_operation = {name: [case for case in ordered if case.operation == name] for name in OPERATIONS}
    longest = range(max(len(found) for found in by_operation.values()))
    return [{name: found[index] for name, found in by_operation.items() if index < len(found)} for index in longest]


@dataclass(frozen=True)
class Outage:
    """A fault that lasts for some seconds from when a creation is waited for, or from its start when not survived."""

    name: str
    services: tuple[str, ...]
    fault: Fault
    lasts: float
    survived: bool = True


CUT, SILENT, BROKEN, ABSENT = (
    Fault("cut", cut=True),
    Fault("silence", silent=True),
    Fault("500", 500),
    Fault("503", 503),
)
FOREVER = 1e9
OUTAGES = (
    Outage("Heat cuts connections for 20 s", ("Heat",), CUT, 20),
    Outage("Heat is silent for 20 s", ("Heat",), SILENT, 20),
    Outage("Heat answers 500 for 20 s", ("Heat",), BROKEN, 20),
    Outage("Keystone is away for 15 s, the token revoked", ("Keystone",), ABSENT, 15),
    Outage("Heat never answers", ("Heat",), SILENT, FOREVER, survived=False),
    Outage("Keystone never answers", ("Keystone",), SILENT, FOREVER, survived=False),
    Outage("Glance never answers", ("Glance",), SILENT, FOREVER, survived=False),
    Outage("Neutron answers 500 for ever", ("Neutron",), BROKEN, FOREVER, survived=False),
)
"""What has to be survived, and what has to be given up within a bounded time."""


@dataclass(frozen=True)
class Kill:
    """A controller killed some seconds after its start; with `parent` it is an Ansible, with all its processes."""

    operation: str
    moment: float
    parent: bool

    def __str__(self) -> str:
        """Name it in one line."""
        return f"{self.operation}: kill -9 of {'Ansible and ' * self.parent}the module after {self.moment:.1f} s"


ANSIBLE_EVERY = 5
"""Every so many kills take a real Ansible with them."""
ANSIBLE_START = 2.0
"""Seconds that Ansible takes until the module runs."""


def kills(count: int, seconds: Mapping[str, float], seed: int) -> list[dict[str, Kill]]:
    """Arrange so many kills into lives, each at a moment that is uniform over the seconds of its operation."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    lives: list[dict[str, Kill]] = []
    for number in range(count):
        operation = list(OPERATIONS)[number % len(OPERATIONS)]
        parent = number % ANSIBLE_EVERY == ANSIBLE_EVERY - 1
        kill = Kill(operation, chance.uniform(0, seconds[operation] + ANSIBLE_START * parent), parent)
        if operation == next(iter(OPERATIONS)):
            lives.append({})
        lives[-1][operation] = kill
    return lives
