# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine leaves, with what the role put beside it; data goes only when asked for in so many words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.molecule.docker_engine.conftest import IMAGE

if TYPE_CHECKING:
    from testinfra.host import Host
    from tests.molecule.conftest import Client

ABSENT = {"docker_engine_state": "absent"}
PURGED = ABSENT | {"docker_engine_purge": "delete all containers, images and volumes"}
DATA = "/var/lib/docker/image"


def test_engine_is_removed_and_its_data_stay(client: Client, host: Host) -> None:
    host.check_output(IMAGE)
    host.check_output("docker run --detach --name witness witness /bin/busybox sleep 1d")
    client.apply({"docker_engine_users": ["games"], "docker_engine_prune_schedule": "daily"})
    changes = client.apply(ABSENT).changes
    assert {
        "absent | Stop the containers",
        "absent | Stop what the role started: docker-prune.timer",
        "absent | Stop what the role started: docker.service",
        "absent | Remove the packages",
        "absent | Take users out of the group docker: games",
        "absent | Remove the files: /etc/systemd/system/docker.service.d/heatdock.conf",
    } <= changes
    assert not host.exists("dockerd")
    assert not host.file("/var/lib/heatdock/docker_engine").exists
    assert host.file(DATA).exists
    assert host.file("/etc/docker/pki/ca.pem").exists
    assert host.run("pgrep --exact busybox").rc == 1
    assert client.apply(ABSENT).changes == set()


def test_engine_comes_back_to_its_data(client: Client, host: Host) -> None:
    assert client.play({}).returncode == 0
    assert host.check_output("docker start witness") == "witness"
    host.check_output("docker rm --force witness")


def test_purge_deletes_the_data(client: Client, host: Host) -> None:
    changes = client.apply(PURGED).changes
    assert {f"absent | Delete the data: {path}" for path in ("/etc/docker", "/var/lib/docker")} <= changes
    assert not host.file(DATA).exists
    assert not host.file("/etc/docker").exists
    assert client.apply(PURGED).changes == set()
