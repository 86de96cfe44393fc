# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests on the lab start from: sessions, a project with what a host needs around it, an empty fleet."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from fleet import CLOUD, CLOUDS, DECLARED, LAB, Cloud, Fleet, connection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "heatdock-tests"


@pytest.fixture(scope="session")
def demo() -> Cloud:
    """Return a session of the lab's user."""
    assert CLOUDS.exists(), "the lab is not running; start it with make lab"
    return connection("heatdock-lab")


@pytest.fixture(scope="session")
def cloud(demo: Cloud) -> Iterator[Cloud]:
    """Return a session in the lab's second project, where nobody else works, with what a host needs around it."""
    cloud = connection(CLOUD)
    remove_surroundings(cloud)
    public = cloud.network.find_network(DECLARED["docker_host_floating_network"])
    nameservers = demo.network.find_subnet("private").dns_nameservers
    network = cloud.network.create_network(name=DECLARED["docker_host_network"])
    subnet = cloud.network.create_subnet(
        name=NAME, network_id=network.id, ip_version=4, cidr="10.1.0.0/24", dns_nameservers=nameservers
    )
    router = cloud.network.create_router(name=NAME, external_gateway_info={"network_id": public.id})
    cloud.network.add_interface_to_router(router, subnet=subnet.id)
    public_key = (LAB / "ssh/id_ed25519.pub").read_text(encoding="utf-8").strip()
    cloud.compute.create_keypair(name=DECLARED["docker_host_key_name"], public_key=public_key)
    yield cloud
    remove_surroundings(cloud)


def remove_surroundings(cloud: Cloud) -> None:
    """Remove what the tests, or a run of theirs that was killed, made in the project."""
    for stack in cloud.orchestration.stacks():
        cloud.delete_stack(stack.id, wait=True)
    for router in cloud.network.routers(name=NAME):
        for port in cloud.network.ports(device_id=router.id):
            if port.device_owner == "network:router_interface":
                cloud.network.remove_interface_from_router(router, port_id=port.id)
        cloud.network.delete_router(router)
    for network in cloud.network.networks(name=DECLARED["docker_host_network"], project_id=cloud.current_project_id):
        cloud.network.delete_network(network)
    cloud.compute.delete_keypair(DECLARED["docker_host_key_name"])


@pytest.fixture(scope="session")
def admin() -> Cloud:
    """Return a session of the lab's administrator."""
    return connection("heatdock-lab-admin")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, cloud: Cloud) -> Iterator[Fleet]:
    """Return an empty fleet; what a failed test left of its hosts is removed afterwards."""
    folder: Path = tmp_path_factory.mktemp("fleet")
    before = {stack.name for stack in cloud.orchestration.stacks()}
    yield Fleet(folder)
    for stack in cloud.orchestration.stacks():
        if stack.name not in before:
            cloud.delete_stack(stack.id, wait=True)


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
