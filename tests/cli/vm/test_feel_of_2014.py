# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The line that was shown in 2014 makes a host, makes it the active one, and plain docker commands are run there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.cli.vm.seed import FIRST, SECOND

if TYPE_CHECKING:
    from tests.cli.plugin import Done, Plugin
    from tests.cli.vm.seed import Ways

ADDRESS = re.compile(r"^tcp://\d+\.\d+\.\d+\.\d+:2376$")


def test_the_line_makes_a_host_and_makes_it_the_active_one(desk: Plugin, first: Done) -> None:
    assert first.status == 0, first.out + first.err
    assert re.search(rf'"{FIRST}" has been created and is now the active host\. .* \(\d+ s\)', first.out)
    assert desk.well("active").lines == [FIRST]


def test_what_was_made_is_shown_as_it_came(first: Done) -> None:
    shown = first.out + first.err
    for part in ("floating_ip", "server", "CREATE_COMPLETE"):
        assert part in shown
    assert "TASK [" not in shown


def test_docker_commands_are_run_there(desk: Plugin, busybox: str) -> None:
    assert desk.docker("ps").lines[0].startswith("CONTAINER ID")
    assert desk.docker("info", "--format", "{{.Name}}").lines == [FIRST]
    assert desk.docker("run", "--rm", busybox, "echo", "hello", "world").lines == ["hello world"]


def test_hosts_lists_it_beside_the_local_socket(desk: Plugin, first: Done) -> None:
    assert first.status == 0
    heading, local, *hosts = desk.well().lines
    assert heading.split() == ["NAME", "ACTIVE", "STATE", "URL", "ENGINE", "CLOUD", "ADDRESS", "ERRORS"]
    assert local.split() == ["default", "unix:///var/run/docker.sock"]
    name, active, state, url, *_others = next(line.split() for line in hosts if FIRST in line)
    assert (name, active, state) == (FIRST, "*", "Running")
    assert ADDRESS.match(url)


def test_the_host_is_declared_and_no_password_is(desk: Plugin, first: Done, ways: Ways) -> None:
    assert first.status == 0
    assert f"{FIRST}:" in desk.declaration
    password = ways.by_ids.auth["password"]
    holding = [path for path in desk.root.rglob("*") if path.is_file() and password in path.read_text(errors="replace")]
    assert [(path.name, oct(path.stat().st_mode & 0o777)) for path in holding] == [("clouds.yaml", "0o600")]


def test_the_same_line_with_names_makes_another(desk: Plugin, second: Done) -> None:
    assert second.status == 0, second.out + second.err
    assert desk.well("active").lines == [FIRST]
    assert desk.well("ls", "--quiet").lines == ["default", FIRST, SECOND]
    groups = desk.well("inspect", "--format", "{{json .Server.security_groups}}", FIRST, SECOND).lines
    assert ['"web"' in line for line in groups] == [True, True]


def test_active_is_what_the_docker_client_says(desk: Plugin, second: Done) -> None:
    assert second.status == 0
    desk.well("use", SECOND)
    assert desk.docker("info", "--format", "{{.Name}}").lines == [SECOND]
    desk.well("use", "default")
    assert desk.well("active").lines == ["default"]
    desk.well("use", FIRST)
    assert desk.docker("context", "show").lines == [FIRST]
