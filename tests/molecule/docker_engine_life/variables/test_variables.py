# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each variable has its effect, is foreseen by a check, and leaves the host when it is emptied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from testinfra.host import Host
    from tests.molecule.conftest import Client

pytestmark = pytest.mark.usefixtures("runs_on")

JSON = "Write the files: /etc/docker/daemon.json"
DROP_IN = "/etc/systemd/system/docker.service.d/environment.conf"
PRUNE_UNITS = {"/etc/systemd/system/docker-prune.service", "/etc/systemd/system/docker-prune.timer"}
RESTART = "service | Restart dockerd"
INSTALL = "packages | Install the packages"
NOTE = "surplus | Note what the role adds"
PROGRAM = "/opt/programs/busybox"  # it goes by its name
ENVIRONMENT = {"GREETING": 'say "100%" \\ ü', "GODEBUG": "x509sha1=0"}
OPTIONS = {
    "docker_engine_storage_driver": "overlay2",
    "docker_engine_registry_mirrors": ["https://mirror.example/"],
    "docker_engine_insecure_registries": ["registry.example:5000"],
    "docker_engine_labels": ["rack=7"],
    "docker_engine_log_driver": "json-file",
    "docker_engine_log_options": {"max-size": "3m"},
    "docker_engine_address_pools": [{"base": "10.213.0.0/16", "size": 24}],
    "docker_engine_http_proxy": "http://proxy.example:3128",
    "docker_engine_https_proxy": "http://secure-proxy.example:3128",
    "docker_engine_no_proxy": "localhost,.example",
    "docker_engine_environment": ENVIRONMENT,
}


@pytest.fixture(scope="module")
def checksum(host: Host) -> str:
    """Tell the SHA-256 of the program that is fetched, which is busybox."""
    return host.check_output("sha256sum /bin/busybox").split()[0]


def extras(checksum: str) -> dict[str, object]:
    """Return the variables for what comes beside the engine."""
    return {
        "docker_engine_users": ["games"],
        "docker_engine_plugins": ["docker-doc"],
        "docker_engine_downloads": [{"path": PROGRAM, "url": "file:///bin/busybox", "checksum": checksum}],
        "docker_engine_prune_schedule": "*-*-* 03:00",
        "docker_engine_prune": ["containers", "unused-images", "volumes", "networks", "build-cache"],
        "docker_engine_prune_older": "1s",
    }


def members(host: Host) -> list[str]:
    """Return who is in the group docker."""
    return host.check_output("getent group docker").rpartition(":")[2].split(",")


def test_every_single_option_is_in_force(client: Client, host: Host) -> None:
    assert client.apply(OPTIONS).changes == {JSON, "Write the files of secrets", RESTART}
    info = json.loads(host.check_output("docker info --format '{{json .}}'"))
    assert (info["Driver"], info["LoggingDriver"], info["Labels"]) == ("overlay2", "json-file", ["rack=7"])
    assert info["RegistryConfig"]["Mirrors"] == ["https://mirror.example/"]
    assert "registry.example:5000" in info["RegistryConfig"]["IndexConfigs"]
    assert info["DefaultAddressPools"] == [{"Base": "10.213.0.0/16", "Size": 24}]
    assert info["HttpProxy"] == "http://proxy.example:3128"
    assert info["HttpsProxy"] == "http://secure-proxy.example:3128"
    assert info["NoProxy"] == "localhost,.example"
    assert json.loads(host.file("/etc/docker/daemon.json").content_string)["log-opts"] == {"max-size": "3m"}
    pid = host.check_output("systemctl show --property MainPID --value docker.service")
    environment = host.check_output("cat /proc/%s/environ", pid).split("\0")
    assert {f"{name}={value}" for name, value in ENVIRONMENT.items()} <= set(environment)


def test_secrets_of_the_environment_are_in_no_output(client: Client) -> None:
    secrets = {
        "docker_engine_http_proxy": "http://user:pl4nted@proxy.example",
        "docker_engine_environment": {"T": "pl4nted"},
    }
    for options in (["--check", "--diff"], ["--diff"]):
        run = client.play(OPTIONS | secrets, *options)
        assert "Write the files of secrets" in run.changes
        assert "pl4nted" not in run.output


def test_emptied_options_are_gone(client: Client, host: Host) -> None:
    changes = client.apply({}).changes
    assert changes == {JSON, f"Remove files no longer declared: {DROP_IN}", RESTART}
    info = json.loads(host.check_output("docker info --format '{{json .}}'"))
    assert (info["LoggingDriver"], info["Labels"], info["HttpProxy"]) == ("local", [], "")
    assert client.play({}).changes == set()


def test_base_options_are_the_declared_ones(client: Client, host: Host) -> None:
    assert client.apply({"docker_engine_daemon": {"hosts": ["fd://"]}}).changes == {JSON, RESTART}
    assert ":2376" not in host.check_output("ss --no-header --listening --tcp --numeric")
    assert client.apply({}).changes == {JSON, RESTART}


def test_extras_are_there(client: Client, host: Host, checksum: str) -> None:
    host.check_output("gpasswd --add daemon docker")
    changes = client.apply(extras(checksum)).changes
    assert changes == {f"Write the files: {path}" for path in PRUNE_UNITS} | {
        "extras | Add users to the group docker: games",
        f"extras | Download: {PROGRAM}",
        "extras | Make the downloads' folders: /opt/programs",
        "extras | Start the timer that prunes",
        INSTALL,
        "surplus | Make the folder of the role's notes",
        NOTE,
    }
    assert sorted(members(host)) == ["daemon", "games"]
    assert host.package("docker-doc").is_installed
    assert host.check_output(f"{PROGRAM} echo it runs") == "it runs"
    assert client.play(extras(checksum)).changes == set()


def test_timer_prunes_what_is_unused(host: Host) -> None:
    host.check_output("docker tag witness unused && docker volume create unused && docker create --name done witness x")
    host.check_output("docker network create unused; sleep 3")
    left = host.check_output("systemctl show --property NextElapseUSecRealtime --value docker-prune.timer")
    assert " 03:00:00 " in left
    host.check_output("systemctl start docker-prune.service")
    assert host.check_output("docker ps --all --format '{{.Names}}'") == "witness"
    assert "unused" not in host.check_output("docker network ls --format '{{.Name}}'")


def test_extras_no_longer_declared_are_gone_and_no_others(client: Client, host: Host) -> None:
    changes = client.apply({}).changes
    assert changes == {f"Remove files no longer declared: {path}" for path in PRUNE_UNITS} | {
        "surplus | Remove packages: docker-doc",
        f"surplus | Remove downloads: {PROGRAM}",
        "surplus | Stop the timer that prunes",
        "surplus | Take users out of the group docker: games",
        NOTE,
    }
    assert members(host) == ["daemon"]
    assert not host.package("docker-doc").is_installed
    assert not host.file(PROGRAM).exists
    assert host.run("systemctl cat docker-prune.timer").rc != 0
    assert client.play({}).changes == set()


def test_packages_are_the_declared_ones(client: Client, host: Host) -> None:
    assert client.apply({"docker_engine_packages": ["docker.io", "docker-doc"]}).changes == {INSTALL}
    assert host.package("docker-doc").is_installed
    obsolete = {"docker_engine_obsolete_packages": ["docker-doc"]}
    assert client.apply(obsolete).changes == {"surplus | Remove packages: docker-doc"}
    assert not host.package("docker-doc").is_installed


def test_damaged_download_is_refused(client: Client, host: Host) -> None:
    download = {"path": PROGRAM, "url": "file:///bin/busybox", "checksum": "0" * 64}
    assert "checksum" in client.play({"docker_engine_downloads": [download]}).failure
    assert not host.file(PROGRAM).exists
    assert client.play({}).returncode == 0


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"docker_engine_users": ["nobdy"]}, 'user "nobdy" of docker_engine_users is not there; create it first'),
        (
            {"docker_engine_prune_schedule": "sometimes"},
            (
                "systemd refuses the units: docker-prune.timer:6: Failed to parse calendar specification, ignoring: "
                "sometimes; the files stay as they were, correct docker_engine_prune_schedule or "
                "docker_engine_start_command"
            ),
        ),
        (
            {"docker_engine_state": "absent", "docker_engine_purge": "yes"},
            (
                'docker_engine_purge is "yes"; nothing is removed, leave it empty or say "delete all containers, '
                'images and volumes"'
            ),
        ),
    ],
    ids=["user", "schedule", "purge"],
)
def test_what_cannot_be_is_refused(client: Client, variables: dict[str, object], reason: str) -> None:
    for options in ((), ("--check",)):
        refused = client.play(variables, *options)
        assert refused.failure == f"host {client.container.name}: {reason}"
        # What is to be added is noted first, so that a run that breaks off leaves nothing unknown behind.
        assert refused.changes <= {NOTE}


def test_command_line_is_the_declared_one(client: Client, host: Host) -> None:
    command = "dockerd --containerd=/run/containerd/containerd.sock --max-concurrent-uploads=4"
    unit = "Write the files: /etc/systemd/system/docker.service.d/heatdock.conf"
    assert client.apply({"docker_engine_start_command": command}).changes == {unit, RESTART}
    pid = host.check_output("systemctl show --property MainPID --value docker.service")
    assert "--max-concurrent-uploads=4" in host.check_output("cat /proc/%s/cmdline", pid)
    assert client.apply({}).changes == {unit, RESTART}


def test_restart_waits_when_it_is_not_allowed(client: Client, host: Host) -> None:
    waiting = {"docker_engine_log_driver": "json-file", "docker_engine_restart": False}
    before = host.check_output("systemctl show --property MainPID docker.service")
    assert client.apply(waiting).changes == {JSON}
    said = client.play(waiting)
    assert said.changes == set()
    assert "waits for a restart of dockerd, and docker_engine_restart is false" in said.output
    assert host.check_output("systemctl show --property MainPID docker.service") == before
    assert client.apply({"docker_engine_log_driver": "json-file"}).changes == {RESTART}
    assert client.apply({"docker_engine_service_managed": False}).changes == {JSON}
    assert client.apply({}).changes == {RESTART}


def test_service_is_as_declared(client: Client, host: Host) -> None:
    start = "service | Enable and start dockerd"
    stopped = {"docker_engine_service_state": "stopped", "docker_engine_service_enabled": False}
    witness = host.check_output("docker inspect --format '{{.State.Pid}}' witness")
    assert client.apply(stopped).changes == {
        "service | Stop dockerd: docker.service",
        "service | Enable dockerd's socket as declared",
        start,
    }
    assert not host.service("docker").is_running
    assert not host.service("docker").is_enabled
    assert host.file(f"/proc/{witness}").is_directory
    assert client.play(stopped).changes == set()
    assert client.apply({}).changes == {start, "service | Enable dockerd's socket as declared"}
    assert host.service("docker").is_running
    assert host.service("docker").is_enabled
