# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of one host by site.yml and destroy.yml: the tests build on each other, in their order."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from typing import Any

import pytest
from fleet import MANAGEMENT_CIDR, ROOT, Cloud, Fleet, give_busybox, holdings, physical_ids, stack_outputs

HOST = "journey"
OTHER_CIDR = "198.51.100.0/24"


@pytest.fixture(scope="module")
def before(cloud: Cloud) -> dict[str, set[str]]:
    """Return what the project had before the journey."""
    return holdings(cloud)


@pytest.fixture
def outputs(cloud: Cloud) -> dict[str, Any]:
    """Return the outputs of the host's stack."""
    return stack_outputs(cloud, HOST)


def test_check_mode_lists_what_would_be_made_and_makes_nothing(
    fleet: Fleet, cloud: Cloud, before: dict[str, set[str]]
) -> None:
    fleet.declare({HOST: {}})
    run = fleet.play("site.yml", "--check", "--diff")
    assert run.status == 0, run.output
    assert f"+++ after: host {HOST} (create)" in run.output
    for kind in ("Nova::Server", "Neutron::Port", "Neutron::FloatingIP", "Neutron::SecurityGroup"):
        assert f"+    type: OS::{kind}\n+    action: create" in run.output
    assert holdings(cloud) == before
    assert not (fleet.folder / ".heatdock").exists()


def test_interrupted_run_is_taken_up_by_the_next(fleet: Fleet, cloud: Cloud) -> None:
    command = fleet.command("site.yml")
    with subprocess.Popen(
        command, cwd=ROOT, env=fleet.environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as first:
        wait_until(lambda: server_exists(cloud), 120, "the server is being made")
        # what a terminal does at Ctrl-C: the signal goes to the whole group
        subprocess.run(["kill", "-INT", "--", f"-{first.pid}"], check=True)
        assert first.wait(timeout=30) != 0
    assert cloud.orchestration.find_stack(HOST).status == "CREATE_IN_PROGRESS"

    second = fleet.play("site.yml")
    assert second.status == 0, second.output
    assert second.recap[HOST]["failed"] == 0
    assert cloud.orchestration.find_stack(HOST).status == "CREATE_COMPLETE"


def test_docker_client_reaches_the_host_and_runs_a_container(fleet: Fleet) -> None:
    assert fleet.docker(HOST, "info", "--format", "{{.Name}} {{.OSType}}") == f"{HOST} linux\n"
    give_busybox(HOST, fleet.environment)
    assert fleet.docker(HOST, "run", "--rm", "busybox", "echo", "hello from a container") == "hello from a container\n"


def test_second_run_changes_nothing(fleet: Fleet) -> None:
    run = fleet.play("site.yml")
    assert run.status == 0, run.output
    assert run.recap == {HOST: {"ok": run.recap[HOST]["ok"], "changed": 0, "unreachable": 0, "failed": 0}}
    assert run.recap[HOST]["ok"] > 0


def test_client_without_a_certificate_is_refused(fleet: Fleet, outputs: dict[str, Any]) -> None:
    plain = fleet.run("docker", "-H", outputs["docker_endpoint"], "info")
    assert plain.status != 0
    assert "HTTP request to an HTTPS server" in plain.output
    unknown = fleet.run(
        "curl", "--insecure", "--silent", "--show-error", f"https://{outputs['floating_address']}:2376/info"
    )
    assert unknown.status != 0
    assert "certificate required" in unknown.output


def test_unencrypted_port_is_closed_on_the_host_itself(fleet: Fleet) -> None:
    listening = fleet.run(
        "ansible", "-i", str(fleet.folder / "inventory"), HOST, "-m", "ansible.builtin.command", "-a", "ss -Hltn"
    )
    assert listening.status == 0, listening.output
    assert ":2376 " in listening.output
    assert ":2375 " not in listening.output


def test_security_group_opens_ssh_and_docker_to_the_management_network_alone(
    cloud: Cloud, outputs: dict[str, Any]
) -> None:
    server = cloud.compute.get_server(outputs["server_id"])
    (port,) = cloud.network.ports(device_id=server.id)
    rules = [
        (rule.protocol, rule.port_range_min, rule.port_range_max, rule.remote_ip_prefix)
        for group in port.security_group_ids
        for rule in cloud.network.security_group_rules(security_group_id=group, direction="ingress")
    ]
    assert sorted(rules) == [("tcp", 22, 22, MANAGEMENT_CIDR), ("tcp", 2376, 2376, MANAGEMENT_CIDR)]
    with pytest.raises(OSError, match="timed out"):
        socket.create_connection((outputs["floating_address"], 2375), timeout=3).close()


def test_update_does_what_check_mode_said(fleet: Fleet, cloud: Cloud) -> None:
    fleet.declare({HOST: {"docker_host_management_cidrs": [MANAGEMENT_CIDR, OTHER_CIDR]}})
    before = physical_ids(cloud, HOST)
    predicted = fleet.play("playbooks/provision.yml", "--check", "--diff")
    assert f"+++ after: host {HOST} (update)" in predicted.output
    assert "security_group" in predicted.output
    assert "OS::Nova::Server" not in predicted.output
    applied = fleet.play("site.yml")
    assert applied.status == 0, applied.output
    assert applied.changed_tasks() == ["Bring the stacks to the state that is wanted"]
    assert physical_ids(cloud, HOST) == before
    assert fleet.play("site.yml").recap[HOST]["changed"] == 0


def test_inventory_shows_the_observed_host(fleet: Fleet, outputs: dict[str, Any]) -> None:
    run = fleet.run("ansible-inventory", "-i", str(fleet.folder / "inventory"), "--host", HOST)
    variables = json.loads(run.output)
    assert variables["ansible_host"] == outputs["floating_address"]
    assert variables["heat_stack"]["outputs"]["docker_ca_fingerprint"] == outputs["docker_ca_fingerprint"]


def test_host_survives_a_restart_of_the_lab(fleet: Fleet) -> None:
    for state in ("stopped", "started"):
        run = fleet.run("ansible-playbook", "-i", "localhost,", "playbooks/lab.yml", "-e", f"lab_state={state}")
        assert run.status == 0, run.output
    wait_until(lambda: fleet.run("docker", "--context", HOST, "info").status == 0, 300, "dockerd answers again")
    assert "busybox" in fleet.docker(HOST, "image", "ls")
    run = fleet.play("site.yml")
    assert run.status == 0, run.output
    assert run.recap[HOST]["changed"] == 0


def test_destroy_asks_first(fleet: Fleet, cloud: Cloud) -> None:
    refused = fleet.play("playbooks/destroy.yml", "-e", "confirm=no")
    assert refused.status != 0
    assert "nothing was destroyed" in refused.output
    assert cloud.orchestration.find_stack(HOST) is not None


def test_destroy_leaves_nothing_but_what_the_user_owns(fleet: Fleet, cloud: Cloud, before: dict[str, set[str]]) -> None:
    run = fleet.play("playbooks/destroy.yml", "-e", "confirm=yes")
    assert run.status == 0, run.output
    assert holdings(cloud) == before
    assert "heatdock" in before["key pairs"]
    assert HOST not in fleet.run("docker", "context", "ls", "--format", "{{.Name}}").output.split()
    assert not (fleet.folder / ".heatdock/contexts" / HOST).exists()
    again = fleet.play("playbooks/destroy.yml", "-e", "confirm=yes")
    assert again.recap[HOST]["changed"] == 0, again.output


def server_exists(cloud: Cloud) -> bool:
    return any(server.name == HOST for server in cloud.compute.servers())


def wait_until(happened: Any, seconds: int, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(1)
