# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change goes over three real hosts one by one, stops at the one that is not well, and goes on from there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fleet import Fleet, Run

FIRST, SICK, LAST = NAMES = ("roll-1", "roll-2", "roll-3")
OLD, NEW = "tier=old", "tier=new"
WELL = "docker info"
ALL_BUT_SICK = f"sh -c 'test $DOCKER_CONTEXT != {SICK} || {{ echo it is not served >&2; false; }}'"


def declare(fleet: Fleet, label: str) -> None:
    """Declare three hosts with a label of the engine's."""
    fleet.declare({name: {"docker_host_engine_labels": [label]} for name in NAMES})


def roll(fleet: Fleet, check: str) -> Run:
    """Roll what is declared over the hosts."""
    return fleet.play("playbooks/roll.yml", "-e", json.dumps({"roll_check": check, "roll_tries": 2}))


def labels(fleet: Fleet) -> list[str]:
    """Ask each engine for its label."""
    return [json.loads(fleet.docker(name, "info", "--format", "{{json .Labels}}"))[0] for name in NAMES]


@pytest.fixture(scope="module")
def three(fleet: Fleet) -> Fleet:
    """Make the hosts."""
    declare(fleet, OLD)
    run = fleet.play("site.yml")
    assert run.status == 0, run.output
    assert labels(fleet) == [OLD] * len(NAMES)
    return fleet


def test_a_host_that_is_not_well_ends_it_and_what_comes_after_is_not_touched(three: Fleet) -> None:
    declare(three, NEW)
    run = roll(three, ALL_BUT_SICK)
    assert run.status != 0
    told = " ".join(run.output.split())
    assert f"host {SICK} is not well: it is not served; done: {FIRST}; not touched: {LAST}; run again" in told
    assert labels(three) == [NEW, NEW, OLD]
    assert LAST not in run.recap


def test_the_next_run_goes_on_from_there(three: Fleet) -> None:
    run = roll(three, WELL)
    assert run.status == 0, run.output
    assert labels(three) == [NEW] * len(NAMES)
    assert [run.recap[name]["changed"] > 0 for name in NAMES] == [False, False, True]
