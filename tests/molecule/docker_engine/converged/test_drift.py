# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What on a host is not as declared is named without a change: by each kind of thing that the role brings about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from testinfra.host import Host
    from tests.molecule.conftest import Client

DOWNLOAD = {"url": "https://downloads.example/tool", "path": "/usr/local/bin/tool", "checksum": "0" * 64}
OTHERWISE: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "options": (
        {"docker_engine_options": {"debug": True}},
        [("/etc/docker/daemon.json", "file", "its content, owner or mode is not what is declared")],
    ),
    "environment": (
        {"docker_engine_environment": {"A": "b"}},
        [("/etc/systemd/system/docker.service.d/environment.conf", "file", "it is not there")],
    ),
    "download": (
        {"docker_engine_downloads": [DOWNLOAD]},
        [("/usr/local/bin/tool", "file", "it is not what is declared")],
    ),
    "version": ({"docker_engine_version": "1.2"}, [("docker.io", "package", "its version is")]),
    "package": ({"docker_engine_packages": ["moby-engine"]}, [("moby-engine", "package", "it is not installed")]),
    "hold": ({"docker_engine_hold": True}, [("docker.io", "package", "it is not held")]),
    "obsolete": (
        {"docker_engine_obsolete_packages": ["ca-certificates"]},
        [("ca-certificates", "package", "it is not declared")],
    ),
    "user": ({"docker_engine_users": ["daemon"]}, [("daemon", "user", "not in the group docker")]),
    "stopped": ({"docker_engine_service_state": "stopped"}, [("docker.service", "service", "it runs")]),
    "disabled": ({"docker_engine_service_enabled": False}, [("docker.service", "service", "it starts at boot")]),
    "prune": (
        {"docker_engine_prune_schedule": "daily"},
        [
            ("/etc/systemd/system/docker-prune.service", "file", "it is not there"),
            ("/etc/systemd/system/docker-prune.timer", "file", "it is not there"),
            ("docker-prune.timer", "service", "it is not as declared"),
        ],
    ),
    "names": (
        {"docker_engine_pki_names": ["other"]},
        [
            ("/etc/docker/pki.conf", "file", "its content, owner or mode is not what is declared"),
            ("server", "certificate", "some certificate is missing, about to end, of another CA or for other names"),
        ],
    ),
}
"""What is declared otherwise than the host is, and what is then said: name, kind, how the reason begins."""


def drift(client: Client, **variables: Any) -> list[tuple[str, str, str]]:
    """Look at the host; return what is not as the variables declare it."""
    run = client.play(variables, playbook="look.yml")
    assert (run.returncode, run.changes) == (0, set()), run.failures
    tasks = [task for play in json.loads(run.output)["plays"] for task in play["tasks"]]
    results = [result for task in tasks for result in task["hosts"].values()]
    [found] = [
        result["ansible_facts"]["docker_engine_drift"]
        for result in results
        if "docker_engine_drift" in result.get("ansible_facts", {})
    ]
    return [(item["name"], item["type"], item["reason"]) for item in found]


def test_a_host_as_declared_is_clean(client: Client) -> None:
    assert drift(client) == []


@pytest.mark.parametrize("what", OTHERWISE)
def test_what_is_not_as_declared_is_named(client: Client, what: str) -> None:
    variables, expected = OTHERWISE[what]
    found = drift(client, **variables)
    for name, kind, reason in expected:
        assert any(item[:2] == (name, kind) and item[2].startswith(reason) for item in found), found
    assert {item[1] for item in found} == {kind for _name, kind, _reason in expected}, found


def test_a_folder_that_others_may_write_is_named(client: Client, host: Host) -> None:
    host.check_output("chmod 0777 /etc/docker")
    assert drift(client) == [("/etc/docker", "file", "others than root may write it")]
    host.check_output("chmod 0755 /etc/docker")
    assert drift(client) == []


def test_another_ca_than_the_one_that_heat_was_told_is_named(client: Client, host: Host) -> None:
    told = {"outputs": {"docker_ca_fingerprint": "0" * 64}}
    assert ("ca", "certificate", "it is not the one that the host told Heat at its first boot") in drift(
        client, heat_stack=told
    )
    told["outputs"]["docker_ca_fingerprint"] = host.check_output("docker-pki fingerprint")
    assert "ca" not in [item[0] for item in drift(client, heat_stack=told)]
