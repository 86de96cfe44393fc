# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the distribution's engine to Docker's and back: versions, pins and holds, with containers running on.

Docker's own repository is not asked: a signed one stands for it, which the script beside this file makes on the host
from Debian's packages under Docker's names.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from testinfra.host import Host
    from tests.molecule.conftest import Client, Container

pytestmark = pytest.mark.usefixtures("runs_on")

URL = "http://127.0.0.1:8000"
INSTALL = "packages | Install the packages"
RESTART = "service | Restart dockerd"
NOTE = "surplus | Note what the role adds"
KEY = "/etc/apt/keyrings/docker.asc"
SOURCE = "/etc/apt/sources.list.d/docker.sources"
HELD = {f"packages | Hold packages: {name}" for name in ("docker-ce", "docker-ce-cli")}


@pytest.fixture(scope="module")
def fingerprint(container: Container) -> str:
    """Make the repository, and tell its key's fingerprint."""
    script = Path(__file__).with_name("repository").read_text(encoding="utf-8")
    return container.feed(script, "bash").strip()


@pytest.fixture
def docker(fingerprint: str) -> dict[str, object]:
    """Return the variables for the engine from that repository."""
    return {
        "docker_engine_source": "docker",
        "docker_engine_repository": URL,
        "docker_engine_repository_key": f"{URL}/key.asc",
        "docker_engine_repository_fingerprint": fingerprint,
        "docker_engine_channel": "test",
    }


@pytest.fixture
def pinned(docker: dict[str, object]) -> dict[str, object]:
    """Return the variables for its older version, held, with Compose."""
    return docker | {
        "docker_engine_version": "27.1",
        "docker_engine_hold": True,
        "docker_engine_plugins": ["compose"],
    }


def version(host: Host) -> str:
    """Return the version of Docker's engine that is installed."""
    return host.package("docker-ce").version


def test_another_key_is_refused(client: Client, host: Host, docker: dict[str, object], fingerprint: str) -> None:
    for options in ((), ("--check",)):
        refused = client.play(docker | {"docker_engine_repository_fingerprint": "0" * 40}, *options)
        assert f"{URL}/key.asc has the key {fingerprint}, not {'0' * 40}; find out why" in refused.failure
        assert refused.changes == set()
    assert not host.file(KEY).exists


def test_key_without_https_and_fingerprint_is_refused(client: Client, docker: dict[str, object]) -> None:
    refused = client.play(docker | {"docker_engine_repository_fingerprint": ""})
    assert f"the key {URL}/key.asc comes without HTTPS; set docker_engine_repository_fingerprint" in refused.failure


def test_version_that_is_nowhere_is_refused(client: Client, host: Host, docker: dict[str, object]) -> None:
    failure = client.play(docker | {"docker_engine_version": "27.10"}).failure
    assert "no package has version 27.10; there are, of docker-ce: 5:27.2.0-1~stand-in, 5:27.1.0-1~stand-in" in failure
    assert host.package("docker.io").is_installed


def test_packages_are_of_the_edition(client: Client, docker: dict[str, object]) -> None:
    other = docker | {"docker_engine_edition": "ee", "docker_engine_version": "27.1"}
    assert "there are, of docker-ee: ; of docker-ee-cli: ;" in client.play(other).failure


def test_pinned_version_of_docker_takes_the_place(client: Client, host: Host, pinned: dict[str, object]) -> None:
    changes = client.apply(pinned).changes
    assert {INSTALL, RESTART, NOTE} | HELD <= changes
    assert version(host) == "5:27.1.0-1~stand-in"
    assert not host.package("docker.io").is_installed
    assert host.check_output("docker compose version") == "stands for Compose"
    assert set(host.check_output("apt-mark showhold").split()) == {"docker-ce", "docker-ce-cli"}
    assert client.play(pinned).changes == set()


def test_held_engine_is_passed_by(host: Host) -> None:
    host.check_output("apt-get --quiet --yes upgrade")
    assert version(host) == "5:27.1.0-1~stand-in"


def test_upgrade_and_downgrade_follow_the_pin(client: Client, host: Host, pinned: dict[str, object]) -> None:
    for wanted in ("27.2", "27.1.0"):
        changes = client.apply(pinned | {"docker_engine_version": wanted}).changes
        assert changes == {INSTALL, RESTART} | HELD
        assert version(host).startswith(f"5:{wanted}")
        assert "(deleted)" not in host.check_output(
            "readlink /proc/$(systemctl show --property MainPID --value docker.service)/exe"
        )
        assert client.play(pinned | {"docker_engine_version": wanted}).changes == set()


def test_hold_and_plugin_no_longer_declared_are_gone(client: Client, host: Host, docker: dict[str, object]) -> None:
    released = {name.replace("packages | Hold", "surplus | Release") for name in HELD}
    changes = client.apply(docker).changes
    assert changes == {"surplus | Remove packages: docker-compose-plugin", NOTE} | released
    assert version(host) == "5:27.1.0-1~stand-in"
    assert host.check_output("apt-mark showhold") == ""
    assert host.run("docker compose version").rc != 0


def test_hold_of_another_is_respected(client: Client, host: Host, docker: dict[str, object]) -> None:
    host.check_output("apt-mark hold docker-ce")
    failure = client.play(docker | {"docker_engine_version": "27.2"}).failure
    assert "packages docker-ce are held at another version than 27.2, and not by this role" in failure
    assert client.play(docker | {"docker_engine_packages_state": "latest"}).changes == {INSTALL}
    assert version(host) == "5:27.1.0-1~stand-in"
    host.check_output("apt-mark unhold docker-ce")


def test_latest_is_followed(client: Client, host: Host, docker: dict[str, object]) -> None:
    latest = docker | {"docker_engine_packages_state": "latest"}
    assert client.apply(latest).changes == {INSTALL, RESTART}
    assert version(host) == "5:27.2.0-1~stand-in"
    assert client.apply(latest).changes == set()


def test_repository_may_be_left_to_others(client: Client, host: Host, docker: dict[str, object]) -> None:
    changes = client.apply(docker | {"docker_engine_repository_managed": False}).changes
    assert changes == {f"packages | Remove the repository no longer declared: {path}" for path in (KEY, SOURCE)}
    assert version(host) == "5:27.2.0-1~stand-in"


def test_distribution_takes_its_place_again(client: Client, host: Host, docker: dict[str, object]) -> None:
    client.apply(docker)
    changes = client.apply({}).changes
    gone = {f"packages | Remove the repository no longer declared: {path}" for path in (KEY, SOURCE)}
    assert changes == {INSTALL, RESTART} | gone
    assert host.package("docker.io").is_installed
    assert not host.package("docker-ce").is_installed
    assert client.play({}).changes == set()
