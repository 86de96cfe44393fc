# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The template without Ansible, on an image without an engine: then the same host under Ansible's care."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from fleet import DECLARED, LAB, ROOT, Cloud, Fleet, physical_ids, stack_outputs

if TYPE_CHECKING:
    from collections.abc import Iterator


HOST = "horizon-like"
IMAGE = "debian-13"


@pytest.fixture(scope="module")
def agent(fleet: Fleet) -> Iterator[None]:
    """Hold the user's key in an agent, as a user who pastes a command does."""
    socket = fleet.folder / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL) as process:
        fleet.environment["SSH_AUTH_SOCK"] = str(socket)
        while not socket.exists():
            assert process.poll() is None
        subprocess.run(["ssh-add", "-q", str(LAB / "ssh/id_ed25519")], env=fleet.environment, check=True)
        yield
        process.terminate()
    del fleet.environment["SSH_AUTH_SOCK"]


@pytest.mark.usefixtures("agent")
def test_stack_completes_once_dockerd_answers_and_its_command_connects(fleet: Fleet, cloud: Cloud) -> None:
    # IDs, as Horizon's drop-down lists give them
    image, network = cloud.image.find_image(IMAGE), cloud.network.find_network("private")
    values = {**DECLARED, "docker_host_image": image.id, "docker_host_network": network.id}
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


def test_site_takes_the_host_over_and_changes_nothing_on_it(fleet: Fleet, cloud: Cloud) -> None:
    before = physical_ids(cloud, HOST)
    fleet.run("docker", "context", "rm", HOST)
    fleet.declare({HOST: {"docker_host_image": IMAGE}})
    run = fleet.play("site.yml")
    assert run.status == 0, run.output
    on_the_host = [task for task in run.changed_tasks() if "docker_engine" in task]
    assert on_the_host == []
    assert physical_ids(cloud, HOST) == before
    assert fleet.docker(HOST, "info", "--format", "{{.Name}}") == f"{HOST}\n"
    assert fleet.play("site.yml").recap[HOST]["changed"] == 0
