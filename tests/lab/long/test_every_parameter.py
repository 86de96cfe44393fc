# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One host with as much of the full template as one host can have, by site.yml: all of it is seen on the real thing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from fleet import CLOUDS, Cloud, Fleet, stack_outputs

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "every-parameter"
SECOND = "heatdock-second"
FIXED = ["10.1.0.77", "10.2.0.77"]
PORT = 2222
GROUP = "heatdock-more"
DECLARED: dict[str, Any] = {
    "extra_networks": [SECOND],
    "fixed_addresses": FIXED,
    "security_groups": [GROUP],
    "docker_transport": "ssh",
    "nameservers": ["192.0.2.53"],
    "availability_zone": "nova",
    "metadata": {"fleeting-cluster": "one"},
    "config_drive": True,
    "boot_volume_size": 5,
    "boot_volume_name": "every-disk",
    "storage_driver": "overlay2",
    "registry_mirrors": ["https://mirror.example"],
    "insecure_registries": ["registry.example:5000"],
    "engine_labels": ["rack=7"],
    "log_driver": "json-file",
    "log_options": {"max-size": "1m"},
    "address_pools": [{"base": "10.200.0.0/16", "size": 24}],
    "engine_options": {"debug": True},
    "engine_environment": {"HEATDOCK": "100%"},
    "ssh_user": "deploy",
    "ssh_port": PORT,
    "ready_signal": "console",
}


@pytest.fixture(scope="module")
def surroundings(cloud: Cloud) -> Iterator[None]:
    """Make a second network and a security group."""
    network = cloud.network.create_network(name=SECOND)
    cloud.network.create_subnet(name=SECOND, network_id=network.id, ip_version=4, cidr="10.2.0.0/24", gateway_ip=None)
    group = cloud.network.create_security_group(name=GROUP)
    yield
    for stack in cloud.orchestration.stacks(name=HOST):
        cloud.delete_stack(stack.id, wait=True)
    cloud.network.delete_security_group(group)
    cloud.network.delete_network(network)


@pytest.fixture(scope="module")
def info(fleet: Fleet, surroundings: None) -> Iterator[dict[str, Any]]:  # noqa: ARG001 - what the host needs around it
    """Make the host, and return what its engine says of itself."""
    fleet.declare({HOST: {f"docker_host_{name}": value for name, value in DECLARED.items()}})
    with fleet.with_ssh_of_its_own():
        run = fleet.play("site.yml", "-e", "docker_context_ssh_include=true")
        assert run.status == 0, run.output
        assert [task for task in run.changed_tasks() if "docker_engine" in task] == []
        yield dict(json.loads(fleet.docker(HOST, "info", "--format", "{{json .}}")))


def test_engine_is_what_was_declared(info: dict[str, Any]) -> None:
    assert info["Labels"] == ["rack=7"]
    assert info["LoggingDriver"] == "json-file"
    assert info["Driver"] == "overlay2"
    assert info["Debug"] is True
    assert info["RegistryConfig"]["Mirrors"] == ["https://mirror.example/"]
    assert "registry.example:5000" in info["RegistryConfig"]["IndexConfigs"]
    assert info["DefaultAddressPools"] == [{"Base": "10.200.0.0/16", "Size": 24}]


@pytest.mark.usefixtures("info")
def test_server_is_what_was_declared(cloud: Cloud) -> None:
    outputs = stack_outputs(cloud, HOST)
    server = cloud.compute.get_server(outputs["server_id"])
    assert server.metadata["fleeting-cluster"] == "one"
    assert server.has_config_drive
    assert outputs["addresses"][1:] == FIXED
    (volume,) = [cloud.block_storage.get_volume(item.id) for item in server.attached_volumes]
    assert (volume.name, volume.size) == ("every-disk", 5)
    groups = {item.name for item in cloud.network.security_groups(project_id=cloud.current_project_id)}
    assert GROUP in groups


@pytest.mark.usefixtures("info")
def test_host_itself_is_what_was_declared(fleet: Fleet) -> None:
    environment = "sudo cat /proc/$(pidof dockerd)/environ"
    asked = f"cat /etc/systemd/resolved.conf.d/heatdock.conf; sudo sshd -T | grep ^port; {environment}"
    shell = ["ansible", "-i", str(fleet.folder / "inventory"), HOST, "-m", "ansible.builtin.shell", "-a", asked]
    said = fleet.run(*shell).output
    assert "DNS=192.0.2.53" in said
    assert f"port {PORT}" in said
    assert "HEATDOCK=100%" in said


@pytest.mark.usefixtures("info", "agent")
def test_line_to_paste_makes_the_context_too(fleet: Fleet, cloud: Cloud) -> None:
    fleet.run("docker", "context", "rm", HOST)
    command = stack_outputs(cloud, HOST)["connect_command"]
    made = fleet.run("bash", "-o", "pipefail", "-c", command, OS_CLIENT_CONFIG_FILE=str(CLOUDS))
    assert made.status == 0, made.output
    assert fleet.docker(HOST, "info", "--format", "{{.Name}}") == f"{HOST}\n"
    assert fleet.play("playbooks/connect.yml").status == 0


@pytest.mark.usefixtures("info")
def test_second_run_changes_nothing(fleet: Fleet) -> None:
    run = fleet.play("site.yml")
    assert run.recap[HOST]["changed"] == 0, run.output


@pytest.mark.usefixtures("info")
def test_host_goes_with_its_volume(fleet: Fleet, cloud: Cloud) -> None:
    run = fleet.play("playbooks/destroy.yml", "-e", "confirm=yes")
    assert run.status == 0, run.output
    assert [volume.name for volume in cloud.block_storage.volumes(name="every-disk")] == []
