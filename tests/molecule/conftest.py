# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The containers of a scenario as hosts of testinfra, and Ansible runs on them whose changes a test can read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import testinfra.backend.base
import testinfra.host
import yaml

SCENARIO: dict[str, Any] = yaml.safe_load(Path(os.environ["MOLECULE_FILE"]).read_text(encoding="utf-8"))
INVENTORY: dict[str, Any] = SCENARIO["provisioner"]["inventory"]
VARIABLES: dict[str, Any] = INVENTORY["group_vars"]["all"]
HOSTS = [platform["name"] for platform in SCENARIO["platforms"]]
# Its items name what a check foresees but has no module to try it with.
PREDICTION = "Predict what a check cannot try"


class Container(testinfra.backend.base.BaseBackend):
    """A container of the role systemd_container."""

    NAME = "container"

    def __init__(self, name: str) -> None:
        """Find the container's command and address."""
        super().__init__(name)
        self.name = name
        self.folder = Path(VARIABLES["systemd_container_dir"]) / "containers" / name
        self.command = self.folder / "container"
        self.address: str = INVENTORY["host_vars"][name]["systemd_container_address"]
        self.gateway: str = INVENTORY["host_vars"][name]["systemd_container_host_address"]

    def run(self, command: str, *args: str, **_options: Any) -> testinfra.backend.base.CommandResult:
        """Run a shell command in the container."""
        return self.run_local("%s exec sh -c %s", str(self.command), self.get_command(command, *args))

    def feed(self, content: str, *command: str) -> str:
        """Run a command with the content as its input, return its output."""
        done = self.try_feed(content, *command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def try_feed(self, content: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command with the content as its input."""
        started = [str(self.command), "exec", *command]
        return subprocess.run(started, input=content, capture_output=True, text=True, check=False)

    def write(self, path: str, content: str, mode: str = "0644") -> None:
        """Write a file in the container, folders included."""
        self.feed(content, "install", "-D", "-m", mode, "/dev/stdin", path)

    def restart(self) -> None:
        """Boot the container anew."""
        for action in ("stop", "start"):
            subprocess.run([str(self.command), action], capture_output=True, check=True)


@dataclass
class Run:
    """What one run of a playbook did to one host."""

    returncode: int
    output: str = field(repr=False)
    host: str
    failures: list[str] = field(init=False, default_factory=list)
    changes: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        """Read the output."""
        for play in json.loads(self.output)["plays"]:
            for task in play["tasks"]:
                name = task["task"]["name"].rpartition(" : ")[2]
                self._read(name, task["hosts"].get(self.host, {}))

    def _read(self, name: str, result: dict[str, Any]) -> None:
        for part in result.get("results", [result]):
            if part.get("failed"):
                self.failures.append(part["msg"])
            if part.get("changed"):
                labels = part.get("parts") or [part.get("_ansible_item_label", "")]
                foreseen = name.endswith(PREDICTION)
                self.changes |= {label if foreseen else f"{name}: {label}".removesuffix(": ") for label in labels}

    @property
    def failure(self) -> str:
        """The error that ended the run, in one line."""
        assert self.failures, f"the run did not fail: {self}"
        return " ".join(self.failures[-1].split())


class Client:
    """Ansible and the docker client on the controller, with contexts of its own for each host."""

    def __init__(self, container: Container, config: Path) -> None:
        """Start from what the scenario's converge wrote."""
        self.container = container
        self.variables = VARIABLES
        self.around: list[str] = []
        self.environment = os.environ | {"DOCKER_CONFIG": str(config), "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json"}
        if Path(os.environ["DOCKER_CONFIG"]).exists():
            shutil.copytree(os.environ["DOCKER_CONFIG"], config)

    def play(self, variables: dict[str, Any], *options: str, playbook: str = "converge.yml") -> Run:
        """Run a playbook of the scenario on the host."""
        inventory = str(Path(os.environ["MOLECULE_INVENTORY_FILE"]).parent)
        command = [*self.around, "ansible-playbook", "--inventory", inventory, "--limit", self.container.name, playbook]
        command += ["--extra-vars", json.dumps(variables), *options]
        folder = os.environ["MOLECULE_SCENARIO_DIRECTORY"]
        done = subprocess.run(command, cwd=folder, env=self.environment, capture_output=True, text=True, check=False)
        assert done.stdout.startswith("{"), done.stdout + done.stderr
        return Run(done.returncode, done.stdout, self.container.name)

    def apply(self, variables: dict[str, Any]) -> Run:
        """Bring the host to what the variables say, and hold the check before against it."""
        foreseen = self.play(variables, "--check")
        assert foreseen.returncode == 0, foreseen.failures
        done = self.play(variables)
        assert done.returncode == 0, done.failures
        assert foreseen.changes == done.changes
        return done

    def docker(self, *arguments: str) -> str:
        """Run the docker client."""
        return self.try_docker(*arguments, check=True).stdout.strip()

    def try_docker(self, *arguments: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        """Run the docker client, which may fail."""
        command = ["docker", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=check, timeout=60)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test on each host, a host's tests in one process and in their order."""
    if "container" in metafunc.fixturenames:
        hosts = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in HOSTS]
        metafunc.parametrize("container", hosts, indirect=True, scope="session")


@pytest.fixture(scope="session")
def container(request: pytest.FixtureRequest) -> Container:
    """One of the scenario's containers."""
    return Container(request.param)


@pytest.fixture(scope="session")
def host(container: Container) -> testinfra.host.Host:
    """The same container in testinfra's eyes."""
    return testinfra.host.Host(container)


@pytest.fixture(scope="session")
def client(container: Container, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """Give Ansible and the docker client on the controller."""
    return Client(container, tmp_path_factory.mktemp(container.name) / "docker")
