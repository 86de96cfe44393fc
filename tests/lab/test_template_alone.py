# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The template without Ansible, on an image without an engine: then the same host under Ansible's care."""

from __future__ import annotations

import pytest
from fleet import DECLARED, ROOT, Cloud, Fleet, physical_ids, stack_outputs

HOST = "horizon-like"
IMAGE = "debian-13"
MIRROR = "https://mirror.example"
USERS_PART = "#cloud-config\nwrite_files:\n  - path: /etc/mine\n    content: mine\nruncmd:\n  - touch /etc/too\n"
CHOSEN = {"docker_host_registry_mirrors": [MIRROR], "docker_host_cloud_config": USERS_PART}
"""What a user fills in besides what is asked for."""


@pytest.mark.usefixtures("agent")
def test_stack_completes_once_dockerd_answers_and_its_command_connects(fleet: Fleet, cloud: Cloud) -> None:
    # IDs, as Horizon's drop-down lists give them
    image, network = cloud.image.find_image(IMAGE), cloud.network.find_network("private")
    values = {**DECLARED, **CHOSEN, "docker_host_image": image.id, "docker_host_network": network.id}
    parameters = [
        f"--parameter={name.removeprefix('docker_host_')}={value[0] if isinstance(value, list) else value}"
        for name, value in values.items()
    ]
    template = str(ROOT / "heat-templates/docker-host.yaml")
    created = fleet.openstack("stack", "create", "--wait", "--template", template, *parameters, HOST)
    assert created.status == 0, created.output
    # no waiting between the two: complete means that dockerd answers
    connected = fleet.run("bash", "-o", "pipefail", "-c", stack_outputs(cloud, HOST)["connect_command"])
    assert connected.status == 0, connected.output
    version = fleet.docker(HOST, "version", "--format", "{{.Server.Version}}").strip()
    assert version == stack_outputs(cloud, HOST)["engine_version"]


@pytest.mark.usefixtures("agent")
def test_wrong_host_key_is_not_trusted(fleet: Fleet, cloud: Cloud) -> None:
    outputs = stack_outputs(cloud, HOST)
    (key,) = outputs["ssh_host_keys"]
    command = outputs["connect_command"].replace(key[-8:], "AAAAAAAA").replace(f"import {HOST}", "import impostor")
    run = fleet.run("bash", "-o", "pipefail", "-c", command)
    assert run.status != 0
    assert "Host key verification failed" in run.output


def test_what_the_user_chose_is_there(fleet: Fleet) -> None:
    assert fleet.docker(HOST, "info", "--format", "{{.RegistryConfig.Mirrors}}") == f"[{MIRROR}/]\n"


def test_site_takes_the_host_over_and_changes_nothing_on_it(fleet: Fleet, cloud: Cloud) -> None:
    before, updates = physical_ids(cloud, HOST), update_times(cloud, HOST)
    fleet.run("docker", "context", "rm", HOST)
    fleet.declare({HOST: {"docker_host_image": IMAGE, **CHOSEN}})
    run = fleet.play("site.yml")
    assert run.status == 0, run.output
    assert "it was made elsewhere and is adopted" in run.output
    on_the_host = [task for task in run.changed_tasks() if "docker_engine" in task]
    assert on_the_host == []
    assert physical_ids(cloud, HOST) == before
    assert update_times(cloud, HOST) == updates
    assert fleet.docker(HOST, "info", "--format", "{{.Name}}") == f"{HOST}\n"
    again = fleet.play("site.yml")
    assert again.recap[HOST]["changed"] == 0
    assert "is adopted" not in again.output


def test_user_s_own_first_boot_data_was_merged(fleet: Fleet) -> None:
    found = fleet.run(
        "ansible", "-i", str(fleet.folder / "inventory"), HOST, "-m", "command", "-a", "cat /etc/mine /etc/too"
    )
    assert found.status == 0, found.output
    assert found.output.endswith("mine\n")


def update_times(cloud: Cloud, name: str) -> dict[str, str]:
    """Return when each resource of a stack was last worked on."""
    stack = cloud.orchestration.find_stack(name, ignore_missing=False)
    return {item.name: item.updated_at for item in cloud.orchestration.resources(stack.id)}
