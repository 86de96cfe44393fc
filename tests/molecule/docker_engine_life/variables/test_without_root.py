# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user's own engine, which runs without root: it comes, serves, and goes when the user is no longer declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testinfra.host import Host
    from tests.molecule.conftest import Client

USER = "alice"
DECLARED = {"docker_engine_rootless_users": [USER]}
UNIT = "/etc/systemd/user/docker-rootless.service"
AS_USER = f"runuser -l {USER} -c"


@pytest.fixture(scope="module", autouse=True)
def user(client: Client, host: Host) -> Iterator[None]:
    """Make the user, and take him away again."""
    host.check_output(f"useradd --create-home {USER}")
    yield
    client.play({})
    host.check_output(f"loginctl terminate-user {USER}; userdel --force --remove {USER} 2>/dev/null; true")


def test_user_gets_an_engine_of_his_own(client: Client, host: Host) -> None:
    changes = client.apply(DECLARED).changes
    assert {f"Write the files: {UNIT}", f"extras | Start rootless engines: {USER}"} <= changes
    info = host.check_output(f"{AS_USER} \"docker info --format '{{{{.SecurityOptions}}}} {{{{.DockerRootDir}}}}'\"")
    assert "name=rootless" in info
    assert f"/home/{USER}/.local/share/docker" in info
    assert client.play(DECLARED).changes == set()


def test_root_in_its_containers_is_the_user(host: Host) -> None:
    host.check_output(f"tar -C / -c bin/busybox | {AS_USER} 'docker import - busybox'")
    host.check_output(f"{AS_USER} 'docker run --detach --name own busybox /bin/busybox sleep 1d'")
    pid = host.check_output(f"{AS_USER} 'docker inspect --format {{{{.State.Pid}}}} own'")
    owner = host.check_output("ps -o user= -C busybox | sort -u")
    assert USER in owner.split(), pid
    assert "own" not in host.check_output("docker ps --all --format '{{.Names}}'").split()


def test_one_that_stopped_is_started_again(client: Client, host: Host) -> None:
    host.check_output(
        f"XDG_RUNTIME_DIR=/run/user/$(id -u {USER}) runuser -u {USER} -- systemctl --user stop docker-rootless"
    )
    assert client.apply(DECLARED).changes == {f"extras | Start rootless engines: {USER}"}


def test_user_who_is_not_there_is_refused(client: Client) -> None:
    assert client.play({"docker_engine_rootless_users": ["nobdy"]}).failure == (
        f'host {client.container.name}: user "nobdy" of docker_engine_rootless_users is not there, or has no numbers '
        "in /etc/subuid and /etc/subgid; create it with useradd first"
    )


def test_engine_goes_with_the_declaration_and_its_data_stay(client: Client, host: Host) -> None:
    changes = client.apply({}).changes
    assert {f"surplus | Stop rootless engines: {USER}", f"Remove files no longer declared: {UNIT}"} <= changes
    assert host.file(f"/home/{USER}/.local/share/docker").exists
    assert not host.file(f"/var/lib/systemd/linger/{USER}").exists
    assert client.play({}).changes == set()
