# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that is strict from its first boot: what containers cannot do there, what is audited, how it scores."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from fleet import Fleet, give_busybox

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "strict"
ROOT_OF_CONTAINERS = 100000
"""The least user ID on the host that a container's root has."""
AUDITED = "/usr/bin/dockerd"
PARTITION = "1.1.1"
"""A partition of its own for containers, which the template does not make."""


def shell(fleet: Fleet, line: str) -> str:
    """Run a line on the host as root."""
    asked = ["ansible", "-i", str(fleet.folder / "inventory"), HOST, "-b", "-m", "ansible.builtin.shell", "-a", line]
    done = fleet.run(*asked)
    assert done.status == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def strict(fleet: Fleet) -> Iterator[Fleet]:
    """Make the host, with an image and a container that stays."""
    fleet.declare({HOST: {"docker_host_hardening": "strict"}})
    run = fleet.play("site.yml")
    assert run.status == 0, run.output
    assert [task for task in run.changed_tasks() if "docker_engine" in task] == []
    give_busybox(HOST, fleet.environment)
    fleet.docker(HOST, "run", "--detach", "--name", "witness", "busybox", "sleep", "3600")
    yield fleet
    run = fleet.play("playbooks/destroy.yml", "-e", "confirm=yes")
    assert run.status == 0, run.output


def test_root_in_a_container_is_nobody_on_the_host(strict: Fleet) -> None:
    assert strict.docker(HOST, "exec", "witness", "id", "-u") == "0\n"
    pid = strict.docker(HOST, "inspect", "--format", "{{.State.Pid}}", "witness").strip()
    assert int(shell(strict, f"ps -o uid= -p {pid}").split()[-1]) >= ROOT_OF_CONTAINERS


def test_the_engine_is_audited(strict: Fleet) -> None:
    assert AUDITED in shell(strict, "auditctl -l")
    events = shell(strict, "ausearch --input-logs --key docker --format raw | grep SYSCALL | tail --lines 1")
    assert 'key="docker"' in events


@pytest.fixture(scope="module")
def score(strict: Fleet) -> dict[str, Any]:
    """Return what the host scores."""
    report = strict.folder / "cis.json"
    run = strict.play("playbooks/cis.yml", "-e", "cis_required=2", "-e", f"cis_report={report}")
    assert run.status == 0, run.output
    return dict(json.loads(report.read_text(encoding="utf-8"))[HOST])


def warned(score: dict[str, Any], section: str) -> set[str]:
    """Name the checks of a section that warn without a waiver."""
    return {check for check in score["unwaived"] if check.startswith(section)}


def test_every_check_of_the_engine_passes_or_is_waived_in_writing(score: dict[str, Any]) -> None:
    assert warned(score, "2.") == set()


def test_the_host_is_audited_as_the_checks_want(score: dict[str, Any]) -> None:
    assert warned(score, "1.1.") <= {PARTITION}
