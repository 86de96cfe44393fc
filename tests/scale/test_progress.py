# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user sees while a playbook waits for Heat: a table on a terminal, a line now and then in a log."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.scale import modules
from tests.scale.cloud import ACCESS, HOST, ROOT, TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "progress-1"
AT_WORK = re.compile(rf"{NAME}\s+CREATE_IN_PROGRESS:?\s+\S.*\s\d+:\d\d")


@pytest.fixture
def playbook(tmp_path: Path) -> Iterator[Path]:
    """Return a playbook that makes a host; the host is gone afterwards."""
    arguments = {**ACCESS, "template": TEMPLATE, "hosts": [{"name": NAME, **HOST}]}
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
        "tasks": [{"name": "Make a host", "heatdock.hosts.docker_hosts": arguments}],
    }
    path = tmp_path / "play.yml"
    path.write_text(yaml.safe_dump([play]), encoding="utf-8")
    yield path
    modules.run("docker_hosts", {**ACCESS, "state": "absent", "hosts": [{"name": NAME}]})


def play(playbook: Path, stderr: Any, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", str(playbook)]
    environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), **environment}
    return subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True, check=True
    )


def test_log_gets_lines_of_their_own(playbook: Path) -> None:
    done = play(playbook, subprocess.PIPE, HEATDOCK_PROGRESS_INTERVAL="1")
    lines = [line for line in done.stderr.splitlines() if AT_WORK.search(line)]
    assert lines
    assert all(line.startswith("1 at work; ") for line in lines)
    assert "at work" not in done.stdout


def test_terminal_gets_a_table_that_goes_away(playbook: Path) -> None:
    master, terminal = pty.openpty()
    play(playbook, terminal, COLUMNS="120")
    os.close(terminal)
    shown = b""
    while chunk := read(master):
        shown += chunk
    text = shown.decode()
    assert AT_WORK.search(text)
    assert text.rindex("\x1b[2K") > text.rindex("at work"), "the last thing done is to erase"


def read(terminal: int) -> bytes:
    """Read what there is; a terminal that nobody holds any more ends with an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
