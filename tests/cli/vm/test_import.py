# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine of docker-machine's becomes a declared host with a context that reaches it.

The store is written as docker-machine writes it; the daemon behind it is a real host's.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.cli.plugin import Plugin
from tests.cli.vm.seed import FIRST
from tests.docker_machine_store import write_machine

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.plugin import Done
    from tests.scale.project import Project

OLD = "old-web1"


@pytest.fixture
def store(tmp_path: Path, desk: Plugin, first: Done) -> Path:
    """Return a store with a machine that is the first host, and one of another driver."""
    assert first.status == 0, first.err
    folder = write_machine(tmp_path, OLD, IPAddress=desk.well("ip", FIRST).lines[0])
    for path in desk.certificates(FIRST).glob("*.pem"):
        shutil.copy(path, folder)
    write_machine(tmp_path, "box", driver="virtualbox")
    return tmp_path


@pytest.fixture
def new_desk(tmp_path_factory: pytest.TempPathFactory, project: Project) -> Plugin:
    """Return the machine of somebody who comes from docker-machine."""
    return Plugin(tmp_path_factory.mktemp("newcomer"), project)


def test_a_machine_becomes_a_declared_host_with_a_context(new_desk: Plugin, store: Path) -> None:
    done = new_desk.well("import", "--store", str(store))
    assert f"{OLD}: declared in" in done.out
    assert "box: left out, it is one of docker-machine's driver virtualbox" in done.out
    assert new_desk.docker("--context", OLD, "info", "--format", "{{.Name}}").lines == [FIRST]
    assert new_desk.well("ls", "--filter", f"name={OLD}", "--format", "{{.State}}").lines == ["Declared"]
    assert "docker_host_flavor: docker.small" in new_desk.declaration
    assert "secret" not in new_desk.declaration
    before = new_desk.declaration
    again = new_desk.well("import", "--store", str(store), OLD)
    assert "was declared already, its docker context was there already" in again.out
    assert new_desk.declaration == before


def test_what_cannot_be_imported_is_one_sentence(new_desk: Plugin, store: Path, tmp_path: Path) -> None:
    for words, told in {
        ("--store", str(store), "box"): "machine box is one of docker-machine's driver virtualbox",
        ("--store", str(store), "old-web2"): f'docker-machine has no machine old-web2 on OpenStack; closest is "{OLD}"',
        ("--store", str(tmp_path / "machines")): "is no store of docker-machine",
    }.items():
        before = new_desk.declaration
        done = new_desk.hosts("import", *words)
        assert (done.status, done.err.count("\n")) == (1, 1), done.err
        assert told in done.err
        assert new_desk.declaration == before
