# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A create that is killed: ls shows where it stands, create goes on, rm cleans up; and a second controller."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fleet import DECLARED
from tests.cli.plugin import Plugin, kill, options_of
from tests.cli.vm.seed import FIRST

if TYPE_CHECKING:
    import subprocess

    from tests.cli.plugin import Done
    from tests.cli.vm.seed import Ways
    from tests.scale.project import Project

OPTIONS = options_of(DECLARED)
PATIENCE = 120
DECLARED_ONE, TAGGED_ONE = "killed-1", "killed-2"


def begun(desk: Plugin, *words: str) -> subprocess.Popen[str]:
    """Begin to make a host, and return once its stack is there."""
    running = desk.begin("create", *OPTIONS, *words)
    deadline = time.monotonic() + PATIENCE
    while words[-1] not in desk.cloud_hosts():
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(1)
    return running


def state(desk: Plugin, host: str) -> list[str]:
    """Return the state of a host as ls has it."""
    return desk.well("ls", "--filter", f"name={host}", "--format", "{{.State}}").lines


def command_lines() -> list[str]:
    """Return the command lines of all processes, which any user can read."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # one that ended meanwhile
            lines.append(path.read_text(encoding="utf-8", errors="replace"))
    return lines


@pytest.fixture(scope="module")
def second_desk(tmp_path_factory: pytest.TempPathFactory, project: Project) -> Plugin:
    """Return another machine, with the same cloud and a fleet of its own."""
    return Plugin(tmp_path_factory.mktemp("second"), project)


def test_a_killed_create_is_gone_on_with(desk: Plugin, ways: Ways, first: Done) -> None:
    assert first.status == 0
    running = begun(desk, DECLARED_ONE)
    shown = command_lines()
    kill(running)
    assert any("ansible-playbook" in line for line in shown)
    assert not [line for line in shown if ways.by_ids.auth["password"] in line]
    assert state(desk, DECLARED_ONE)[0] in ("Creating", "Running")
    assert f"{DECLARED_ONE}:" in desk.declaration
    done = desk.well("create", DECLARED_ONE)
    assert f'"{DECLARED_ONE}" has been created and is now the active host' in done.out
    assert desk.docker("info", "--format", "{{.Name}}").lines == [DECLARED_ONE]


def test_another_controller_uses_it_with_a_key_of_its_own(desk: Plugin, second_desk: Plugin) -> None:
    assert DECLARED_ONE in second_desk.well("ls", "-q").lines
    second_desk.well("use", DECLARED_ONE)
    assert second_desk.docker("info", "--format", "{{.Name}}").lines == [DECLARED_ONE]
    assert key(second_desk) != key(desk)


def key(desk: Plugin) -> bytes:
    """Return the private key of a machine's context of the host."""
    return (desk.certificates(DECLARED_ONE) / "key.pem").read_bytes()


def test_what_was_gone_on_with_is_removed(desk: Plugin) -> None:
    desk.well("rm", "-y", DECLARED_ONE)
    assert DECLARED_ONE not in desk.cloud_hosts()
    assert DECLARED_ONE not in desk.declaration
    assert desk.well("active").lines == ["default"]


def test_a_killed_create_of_what_no_file_declares_is_removed(desk: Plugin, first: Done) -> None:
    assert first.status == 0
    before = desk.declaration
    kill(begun(desk, "--ephemeral", TAGGED_ONE))
    assert state(desk, TAGGED_ONE)[0] in ("Creating", "Running")
    desk.well("rm", "-y", TAGGED_ONE)
    assert TAGGED_ONE not in desk.cloud_hosts()
    assert state(desk, TAGGED_ONE) == []
    assert desk.declaration == before
    assert desk.well("ls", "-q").lines[:2] == ["default", FIRST]


def test_one_that_was_killed_before_anything_was_made_is_only_declared(desk: Plugin, first: Done) -> None:
    assert first.status == 0
    running = desk.begin("create", *OPTIONS, DECLARED_ONE)
    deadline = time.monotonic() + PATIENCE
    while f"{DECLARED_ONE}:" not in desk.declaration:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    kill(running)
    assert state(desk, DECLARED_ONE) == ["Declared"]
    desk.well("rm", "-y", DECLARED_ONE)
    assert state(desk, DECLARED_ONE) == []
    assert DECLARED_ONE not in desk.declaration
