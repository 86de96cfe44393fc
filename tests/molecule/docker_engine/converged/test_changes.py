# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of a host in use: reload or restart, with containers running on, and a way back."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from testinfra.host import Host
    from tests.molecule.conftest import Client, Container

pytestmark = pytest.mark.usefixtures("runs_on")

WRITE = "Write the files: /etc/docker/daemon.json"
RELOAD = "service | Reload dockerd"
RESTART = "service | Restart dockerd"
ENGINE = "systemctl show --property MainPID --property NRestarts docker.service"
RELOADABLE = {
    "debug": True,
    "default-runtime": "other",
    "features": {"buildkit": True},
    "insecure-registries": ["registry.example:5000"],
    "labels": ["rack=7"],
    "live-restore": True,
    "max-concurrent-downloads": 7,
    "max-concurrent-uploads": 6,
    "max-download-attempts": 4,
    "registry-mirrors": ["https://mirror.example/"],
    "runtimes": {"other": {"path": "/usr/sbin/runc"}},
    "shutdown-timeout": 9,
}


def with_options(**options: object) -> dict[str, object]:
    """Return the role's variables for options whose names are written with underscores."""
    return {"docker_engine_options": {name.replace("_", "-"): value for name, value in options.items()}}


def info(host: Host) -> dict[str, object]:
    """Ask dockerd about itself, on the host."""
    return json.loads(host.check_output("docker info --format '{{json .}}'"))


def reloaded_options(host: Host, start: str) -> dict[str, str]:
    """Return what dockerd says it took over; `--until 0s` ends at the last whole second, so ask again."""
    events = f"docker events --since {start} --until 0s --filter event=reload --format '{{{{json .Actor.Attributes}}}}'"
    for _ in range(10):
        if said := host.check_output(events):
            return json.loads(said.splitlines()[-1])
        time.sleep(1)
    pytest.fail("dockerd reported no reload within 10 s")


def test_check_of_a_converged_host_foresees_nothing(client: Client) -> None:
    foreseen = client.play({}, "--check")
    assert (foreseen.returncode, foreseen.changes) == (0, set())


def test_reload_brings_every_reloadable_option_into_force(client: Client, host: Host) -> None:
    before = host.check_output(ENGINE)
    start = host.check_output("date +%s")
    assert client.apply({"docker_engine_options": RELOADABLE}).changes == {WRITE, RELOAD}
    assert host.check_output(ENGINE) == before
    reloaded = reloaded_options(host, start)
    for name, value in RELOADABLE.items():
        if isinstance(value, dict):
            assert all(str(key) in reloaded[name] for key in value)
        else:
            assert reloaded[name] == (value if isinstance(value, str) else json.dumps(value))


def test_restart_brings_any_other_option_into_force(client: Client, host: Host) -> None:
    changed = client.apply({"docker_engine_options": RELOADABLE | {"log-driver": "json-file"}})
    assert changed.changes == {WRITE, RESTART}
    assert info(host)["LoggingDriver"] == "json-file"
    assert info(host)["Labels"] == RELOADABLE["labels"]


def test_options_left_out_are_gone_after_a_restart(client: Client, host: Host) -> None:
    assert client.apply({"docker_engine_options": {"log-driver": "json-file"}}).changes == {WRITE, RESTART}
    assert not info(host)["Labels"]
    assert client.play({}).changes == {WRITE, RESTART}


def test_restart_that_a_broken_run_left_out_is_made_up_for(client: Client, host: Host) -> None:
    host.check_output("sleep 1.1; touch /etc/docker/daemon.json")
    assert client.apply({}).changes == {RESTART}
    assert client.play({}).changes == set()


@pytest.mark.parametrize("options", [(), ("--check",)], ids=["run", "check"])
def test_refused_option_leaves_the_engine_alone(client: Client, host: Host, options: tuple[str, ...]) -> None:
    before = host.check_output(ENGINE), host.file("/etc/docker/daemon.json").content_string
    refused = client.play(with_options(bogus=1, labels=["rack=8"]), *options)
    assert "dockerd refuses its options: the following directives don't match any" in refused.failure
    assert refused.changes == set()
    assert (host.check_output(ENGINE), host.file("/etc/docker/daemon.json").content_string) == before


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("storage-driver", "nope", "error initializing graphdriver: driver not supported"),
        ("registry-mirrors", ["nope"], 'invalid mirror: unsupported scheme "" in "nope"'),
    ],
    ids=["restart", "reload"],
)
def test_options_that_keep_dockerd_down_are_taken_back(
    client: Client, host: Host, name: str, value: object, reason: str
) -> None:
    before = host.file("/etc/docker/daemon.json").content_string
    failure = client.play({"docker_engine_options": {name: value}}).failure
    assert failure.startswith(f"host {client.container.name}: dockerd did not start: {reason}")
    assert failure.endswith(
        "; it runs again with its former options, correct docker_engine_daemon or docker_engine_options"
    )
    assert host.file("/etc/docker/daemon.json").content_string == before
    assert info(host)["LiveRestoreEnabled"]
    assert client.play({}).changes == set()


def test_unauthenticated_port_is_refused(client: Client) -> None:
    refused = client.play(with_options(tlsverify=False))
    assert refused.failure == (
        f"host {client.container.name}: dockerd would listen on tcp://0.0.0.0:2376 without tlsverify, so whoever "
        "reaches it is root; set tlsverify: true, or leave the address out of hosts"
    )


@pytest.mark.usefixtures("context")
def test_new_address_is_in_the_certificate_and_the_ca_stays(client: Client, host: Host, container: Container) -> None:
    fingerprint = host.check_output("docker-pki fingerprint")
    addresses = {"docker_engine_pki_addresses": [container.address, "203.0.113.9"]}
    more = {"docker_engine_pki_names": ["web.example"], "docker_engine_pki_sans": ["also.example", "203.0.113.10"]}
    changes = client.apply(addresses | more).changes
    assert changes == {"Write the files: /etc/docker/pki.conf", "Make the certificates", RESTART}
    assert host.check_output("docker-pki fingerprint") == fingerprint
    served = host.check_output(
        "openssl s_client -connect 127.0.0.1:2376 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName"
    )
    assert "DNS:web.example, DNS:also.example, DNS:localhost" in served
    assert f"IP Address:{container.address}, IP Address:203.0.113.9, IP Address:203.0.113.10" in served
    # The context from before still works.
    assert client.docker("--context", container.name, "version", "--format", "{{.Server.Os}}") == "linux"
    assert client.play({}).returncode == 0
