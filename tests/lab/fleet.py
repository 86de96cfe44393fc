# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of the tests' own, on the lab: its inventory, its docker contexts, and what the cloud says of it."""

from __future__ import annotations

import contextlib
import copy
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openstack
import yaml
from tests.environments import without
from tests.ssh_home import with_ssh_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Cloud = Any
"""A session with a cloud; the SDK's own types are unions over the APIs' versions."""

ROOT = Path(__file__).parents[2]
LAB = ROOT / ".lab"
CLOUDS = LAB / "clouds.yaml"
CLOUD = "heatdock-lab-other"
MANAGEMENT_CIDR = "10.88.0.0/24"
DECLARED = {
    "docker_host_image": "debian-13-docker",
    "docker_host_flavor": "docker.small",
    "docker_host_key_name": "heatdock",
    "docker_host_network": "private",
    "docker_host_floating_network": "public",
    "docker_host_management_cidrs": [MANAGEMENT_CIDR],
}
RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


@dataclass
class Run:
    """How a program ended, and all it printed."""

    status: int
    output: str

    @property
    def recap(self) -> dict[str, dict[str, int]]:
        """Return Ansible's recap by host."""
        names = ("ok", "changed", "unreachable", "failed")
        return {row[0]: dict(zip(names, map(int, row[1:]), strict=True)) for row in RECAP.findall(self.output)}

    def changed_tasks(self) -> list[str]:
        """Name the tasks that changed something on some host."""
        parts = re.split(r"^TASK \[(.*?)\] \**$", self.output, flags=re.MULTILINE)[1:]
        return [title for title, body in zip(parts[::2], parts[1::2], strict=True) if "\nchanged: " in body]


def connection(cloud: str, clouds: Path = CLOUDS) -> Cloud:
    """Return a session with a cloud of a lab."""
    settings = openstack.config.OpenStackConfig(config_files=[str(clouds)]).get_one(cloud)
    return openstack.connection.Connection(config=settings)


def run_program(command: Sequence[str], where: Path, environment: Mapping[str, str]) -> Run:
    """Run a program that nobody types into; what it prints is in the order it came."""
    done = subprocess.run(
        command,
        cwd=where,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout)


class Fleet:
    """Hosts declared in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Copy the project's inventory, without its hosts."""
        self.folder = folder
        shutil.copytree(ROOT / "inventory", folder / "inventory")
        for shared in (".lab", "heat-templates"):
            (folder / shared).symlink_to(ROOT / shared)
        (folder / "docker").mkdir()
        (folder / "ssh").mkdir(mode=0o700)
        self.around: list[str] = []
        self.environment = {**self.plain_environment(), "DOCKER_CONFIG": str(folder / "docker")}
        self.declare({})

    @staticmethod
    def plain_environment() -> dict[str, str]:
        """Return the environment without what the caller's own clouds and clients are set by."""
        path = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
        return {
            **without("OS_", "ANSIBLE_", "DOCKER_"),
            "PATH": path,
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_NOCOLOR": "1",
            "OS_CLOUD": CLOUD,
        }

    @contextlib.contextmanager
    def with_ssh_of_its_own(self) -> Iterator[None]:
        """Have ~/.ssh be a folder of the fleet's."""
        self.around = with_ssh_in(self.folder / "ssh")
        yield
        self.around = []

    def declare(self, hosts: dict[str, dict[str, Any]]) -> None:
        """Declare these hosts, each by what it has of its own."""
        inventory = {"docker_hosts": {"vars": copy.deepcopy(DECLARED), "hosts": hosts}}
        (self.folder / "inventory/hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")

    def command(self, playbook: str, *arguments: str) -> list[str]:
        """Return the command that plays a playbook on the fleet."""
        return ["ansible-playbook", "-i", str(self.folder / "inventory"), playbook, *arguments]

    def play(self, playbook: str, *arguments: str, **environment: str) -> Run:
        """Play a playbook on the fleet."""
        return self.run(*self.command(playbook, *arguments), **environment)

    def run(self, *command: str, **environment: str) -> Run:
        """Run any program as the fleet's owner would."""
        return run_program([*self.around, *command], ROOT, {**self.environment, **environment})

    def docker(self, context: str, *arguments: str) -> str:
        """Run the docker client on a host and return what it printed."""
        done = self.run("docker", "--context", context, *arguments)
        assert done.status == 0, done.output
        return done.output

    def openstack(self, *arguments: str, cloud: str = CLOUD) -> Run:
        """Run the openstack client."""
        return self.run("openstack", *arguments, OS_CLOUD=cloud, OS_CLIENT_CONFIG_FILE=str(CLOUDS))


def give_busybox(context: str, environment: Mapping[str, str]) -> None:
    """Put an image named busybox on a context's host, for which no registry is needed."""
    image = subprocess.run(["tools/busybox"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    command = ["docker", "--context", context, "import", "-", "busybox"]
    subprocess.run(command, env=environment, input=image, stdout=subprocess.DEVNULL, check=True)


def holdings(cloud: Cloud) -> dict[str, set[str]]:
    """List by kind what the project has, as its admin sees it."""
    project = cloud.current_project_id
    network = cloud.network

    def ids(items: Iterable[Any]) -> set[str]:
        return {item.id for item in items}

    return {
        "stacks": ids(cloud.orchestration.stacks()),
        "servers": ids(cloud.compute.servers()),
        "ports": ids(port for port in network.ports(project_id=project) if port.device_owner.startswith("compute")),
        "unbound ports": ids(port for port in network.ports(project_id=project) if not port.device_owner),
        "floating IPs": ids(network.ips(project_id=project)),
        "security groups": ids(network.security_groups(project_id=project)),
        "volumes": ids(cloud.block_storage.volumes()),
        "key pairs": ids(cloud.compute.keypairs()),
    }


def stack_outputs(cloud: Cloud, name: str) -> dict[str, Any]:
    """Return the outputs of a stack by their names."""
    stack = cloud.orchestration.find_stack(name, ignore_missing=False)
    return {item["output_key"]: item["output_value"] for item in cloud.orchestration.get_stack(stack.id).outputs}


def physical_ids(cloud: Cloud, name: str) -> dict[str, str]:
    """Return the IDs of what the resources of a stack stand for."""
    stack = cloud.orchestration.find_stack(name, ignore_missing=False)
    return {item.name: item.physical_resource_id for item in cloud.orchestration.resources(stack.id)}
