# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`docker hosts` in a folder of the tests' own, with a docker client's configuration of its own."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import VARIABLE_PREFIX
from fleet import ROOT, Fleet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.scale.project import Project

PATIENCE = 900
"""Seconds that any command may take; a host boots within."""


@dataclass
class Done:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Return what it printed, line by line."""
        return self.out.splitlines()


class Plugin:
    """One user's machine: a docker client with the plugin, and a fleet without hosts."""

    def __init__(self, folder: Path, project: Project) -> None:
        """Make the folder that machine, with the project's cloud."""
        self.folder = folder
        self.project = project
        self.root = folder / "fleet"
        Fleet(self.root)
        shutil.copy(ROOT / "ansible.cfg", self.root)
        (self.root / "collections").symlink_to(ROOT / "collections")
        docker = folder / "docker"
        (docker / "cli-plugins").mkdir(parents=True)
        (docker / "cli-plugins/docker-hosts").symlink_to(ROOT / "bin/docker-hosts")
        own = {"DOCKER_CONFIG": str(docker), "HEATDOCK_FLEET": str(self.root), "XDG_CACHE_HOME": str(folder / "cache")}
        cloud = {"OS_CLOUD": project.name, "OS_CLIENT_CONFIG_FILE": str(project.clouds)}
        self.environment = {**Fleet.plain_environment(), **own, **cloud, "SHELL": "/bin/bash"}
        self.environment.pop("ANSIBLE_CONFIG")

    def docker(self, *words: str, stdin: str = "", **variables: str) -> Done:
        """Run the docker client."""
        return self._ended(["docker", *words], self.environment | variables, input=stdin)

    def hosts(self, *words: str, **more: str) -> Done:
        """Run the plugin."""
        return self.docker("hosts", *words, **more)

    def well(self, *words: str, **more: str) -> Done:
        """Run the plugin, and expect it to end well."""
        done = self.hosts(*words, **more)
        assert done.status == 0, f"docker hosts {' '.join(words)}: {done.err}{done.out}"
        return done

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Start the plugin in a process group of its own, as a shell does."""
        return subprocess.Popen(
            ["docker", "hosts", *words],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def on_terminal(self, *words: str, typed: str = "") -> Done:
        """Run the plugin on a terminal of its own, with what somebody types there."""
        ours, theirs = pty.openpty()
        os.write(ours, typed.encode())
        done = self._ended(["docker", "hosts", *words], self.environment, stdin=theirs)
        os.close(theirs)
        os.close(ours)
        return done

    def _ended(self, command: list[str], environment: dict[str, str], **options: Any) -> Done:
        """Run a command to its end; the options say what it reads."""
        done = subprocess.run(
            command,
            env=environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            **options,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def certificates(self, context: str) -> Path:
        """Return the folder of a context's ca.pem, cert.pem and key.pem."""
        (about,) = json.loads(self.docker("context", "inspect", context).out)
        return Path(about["Storage"]["TLSPath"], "docker")

    def cloud_hosts(self) -> list[str]:
        """Name the stacks of the project."""
        return [stack.name for stack in self.project.session().orchestration.stacks()]

    @property
    def declaration(self) -> str:
        """Return the inventory as it stands."""
        return (self.root / "inventory/hosts.yml").read_text(encoding="utf-8")


def options_of(variables: Mapping[str, Any]) -> list[str]:
    """Return the options of create that say what variables of the inventory do, as far as these are texts."""
    words = {name.removeprefix(VARIABLE_PREFIX).replace("_", "-"): value for name, value in variables.items()}
    return [f"--{name}={value}" for name, value in words.items() if isinstance(value, str)]


def kill(running: subprocess.Popen[str]) -> None:
    """Kill a command with all that it started."""
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
