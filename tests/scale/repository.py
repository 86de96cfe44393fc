# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet that is declared in a folder of its own, as in a repository, and the commands that are run there."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from tests.scale.cloud import ROOT
from tests.scale.lifecycle import CHEAP

if TYPE_CHECKING:
    from tests.scale.project import Project


@dataclass
class Repository:
    """A fleet's declaration in a folder of its own, and the commands that a pipeline runs there."""

    project: Project
    folder: Path
    hosts: dict[str, dict[str, Any]] = field(default_factory=dict)
    template: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(CHEAP))

    def command(self, program: str | Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a program on what is declared by now."""
        inventory = {"docker_hosts": {"hosts": {name: variables(values) for name, values in self.hosts.items()}}}
        template, declared = self.folder / "template.yaml", self.folder / "hosts.yml"
        template.write_text(yaml.safe_dump(self.template), encoding="utf-8")
        declared.write_text(yaml.safe_dump(inventory), encoding="utf-8")
        clouds = self.project.access["clouds_files"]
        extra = {
            "fleet_clouds_files": clouds,
            "fleet_template": str(template),
            "ansible_connection": "local",
            "drift_ssh": False,  # servers boot nothing here
        }
        bin_folder = str(Path(sys.executable).parent)
        inherited = {
            **os.environ,
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "OS_CLOUD": self.project.access["cloud"],
        }
        usual = f"@{ROOT}/inventory/group_vars/all.yml"
        return subprocess.run(
            [str(program), "-i", str(declared), "-e", usual, "-e", json.dumps(extra), *arguments],
            cwd=self.folder,
            env=inherited | {"PATH": f"{bin_folder}:{os.environ['PATH']}"} | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def plan(self, **environment: str) -> int:
        """Plan; return the exit code."""
        return self.command(ROOT / "bin/heatdock-plan", **environment).returncode

    def drift(self, **environment: str) -> int:
        """Look for drift; return the exit code."""
        return self.command(ROOT / "bin/heatdock-drift", **environment).returncode

    def apply(self) -> subprocess.CompletedProcess[str]:
        """Carry the saved plan out."""
        return self.command("ansible-playbook", str(ROOT / "playbooks/provision.yml"), "-e", "plan_file=plan.json")

    def read(self, name: str) -> str:
        """Read what a command wrote."""
        return (self.folder / name).read_text(encoding="utf-8")

    def saved(self) -> dict[str, Any]:
        """Read the saved plan."""
        return dict(json.loads(self.read("plan.json")))

    def stacks(self) -> dict[str, Any]:
        """Tell what there is, and when it was changed last."""
        rows = self.project.existing().stacks
        return {row["stack_name"]: (row["id"], row["stack_status"], row["updated_time"]) for row in rows}


def variables(values: dict[str, Any]) -> dict[str, Any]:
    """Turn a host's values into its variables."""
    return {f"docker_host_{name}": value for name, value in values.items()}
