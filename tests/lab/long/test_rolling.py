# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An upgrade of the engine goes over three real hosts one by one, stops at one that is not well, goes on from there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from fleet import give_busybox

if TYPE_CHECKING:
    from fleet import Fleet, Run

FIRST, SICK, LAST = NAMES = ("roll-1", "roll-2", "roll-3")
WELL = "docker info"
ALL_BUT_SICK = f"sh -c 'test $DOCKER_CONTEXT != {SICK} || {{ echo it is not served >&2; false; }}'"
OFFERED = "apt-get update -qq; apt-cache madison docker.io | cut -d '|' -f 2 | tr -d ' ' | sort -u"
OLDER = "apt-get install -qq -y --allow-downgrades docker.io={0} docker-cli={0}"
PRINTED = re.compile(r"\(stdout\) (.*?)(?: \(stderr\) .*)?$", re.MULTILINE)
"""What one line of the program ansible says that a host printed."""
WITNESS = ("inspect", "--format", "{{.State.Running}} {{.State.Pid}} {{.State.StartedAt}}", "witness")


def root(fleet: Fleet, hosts: str, script: str) -> str:
    """Run a shell script on hosts as root; return what it printed on the last of them."""
    shell = ["ansible", "-i", str(fleet.folder / "inventory"), hosts, "--become", "--one-line"]
    done = fleet.run(*shell, "-m", "ansible.builtin.raw", "-a", script)
    assert done.status == 0, done.output
    return str(PRINTED.findall(done.output)[-1].encode().decode("unicode_escape")).replace("\r", "").strip()


def versions(fleet: Fleet) -> list[str]:
    """Tell which version of the engine's package each host has."""
    query = "dpkg-query --show --showformat '${Version}' docker.io"
    return [root(fleet, name, query) for name in NAMES]


def roll(fleet: Fleet, check: str) -> Run:
    """Roll what is declared over the hosts."""
    return fleet.play("playbooks/roll.yml", "-e", json.dumps({"roll_check": check, "roll_tries": 2}))


@pytest.fixture(scope="module")
def three(fleet: Fleet) -> Fleet:
    """Make the hosts."""
    fleet.declare({name: {} for name in NAMES})
    run = fleet.play("site.yml")
    assert run.status == 0, run.output
    give_busybox(FIRST, fleet.environment)
    fleet.docker(FIRST, "run", "--detach", "--name", "witness", "busybox", "sleep", "1d")
    return fleet


@pytest.fixture(scope="module")
def newest(three: Fleet) -> str:
    """Put an older engine on each, as Debian has one in its archive or among its security updates."""
    (version,) = set(versions(three))
    older = next((item for item in root(three, FIRST, OFFERED).splitlines() if item != version), None)
    assert older, f"Debian offers one version alone, {version}, so there is nothing to upgrade from"
    root(three, ":".join(NAMES), f"apt-get update -qq; {OLDER.format(older)}")
    assert versions(three) == [older] * len(NAMES)
    return version


def test_a_host_that_is_not_well_ends_it_and_what_comes_after_is_not_touched(three: Fleet, newest: str) -> None:
    before, (older, *_others) = three.docker(FIRST, *WITNESS), versions(three)
    three.declare({name: {"docker_host_engine_version": newest} for name in NAMES})
    run = roll(three, ALL_BUT_SICK)
    assert run.status != 0
    told = " ".join(run.output.split())
    assert f"host {SICK} is not well: it is not served; done: {FIRST}; not touched: {LAST}; run again" in told
    assert versions(three) == [newest, newest, older]
    assert LAST not in run.recap
    assert three.docker(FIRST, *WITNESS) == before


def test_the_next_run_goes_on_from_there(three: Fleet, newest: str) -> None:
    run = roll(three, WELL)
    assert run.status == 0, run.output
    assert versions(three) == [newest] * len(NAMES)
    assert [run.recap[name]["changed"] > 0 for name in NAMES] == [False, False, True]
