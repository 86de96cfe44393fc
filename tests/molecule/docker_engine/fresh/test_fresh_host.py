# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host without an engine: what a check foresees, and what becomes of options that dockerd refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from testinfra.host import Host
    from tests.molecule.conftest import Client, Run

EVERYTHING = "find /etc /opt /usr /var/lib -xdev -type f -printf '%p %s %T@\\n' | sort"
BOGUS = {"docker_engine_options": {"bogus": 1}}


@pytest.fixture(scope="module", autouse=True)
def foreseen(client: Client, host: Host) -> Run:
    """Check the host before anything else, and find it as it was."""
    before = host.check_output(EVERYTHING)
    run = client.play({}, "--check")
    assert host.check_output(EVERYTHING) == before
    return run


def test_check_succeeds(foreseen: Run) -> None:
    assert (foreseen.returncode, foreseen.failures) == (0, [])


def test_refused_options_never_land(client: Client, host: Host) -> None:
    refused = client.play(BOGUS)
    assert refused.failure == (
        f"host {client.container.name}: dockerd refuses its options: the following directives don't match any "
        "configuration option: bogus; daemon.json stays as it was, correct docker_engine_daemon or "
        "docker_engine_options"
    )
    assert refused.changes == {"packages | Install the packages"}
    assert not host.file("/etc/docker/daemon.json").exists
    assert not host.service("docker").is_running


def test_check_foresees_what_the_run_does(client: Client, foreseen: Run) -> None:
    done = client.play({})
    assert done.returncode == 0, done.failures
    # The engine's package, and a folder with it, came with the refused run.
    assert foreseen.changes - done.changes == {"packages | Install the packages", "Make the folders: /etc/docker"}
    assert done.changes < foreseen.changes


def test_first_options_that_keep_dockerd_down_are_taken_back(client: Client, host: Host) -> None:
    host.check_output("systemctl stop docker.socket docker.service && rm /etc/docker/daemon.json")
    failure = client.play({"docker_engine_options": {"storage-driver": "nope"}}).failure
    assert failure.startswith(
        f"host {client.container.name}: dockerd did not start: error initializing graphdriver: driver not supported"
    )
    assert "; nothing ran before, and nothing runs now, " in failure
    assert not host.file("/etc/docker/daemon.json").exists
    assert not host.service("docker").is_running
