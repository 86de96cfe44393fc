# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Git server with pipelines, and a developer's clone: bare repository, hook and work tree in a folder."""

from __future__ import annotations

import copy
import os
import shutil
from pathlib import Path
from typing import Any

import yaml
from fleet import CLOUD, CLOUDS, DECLARED, LAB, ROOT, Fleet, Run, run_program

EXAMPLE = ROOT / "examples/gitops"
MAIN = "main"
BY_NIGHT = "night"


class Forge:
    """The example's repository on a server of ours."""

    def __init__(self, folder: Path) -> None:
        """Make the server and a clone whose first commit waits to be pushed."""
        self._shown = folder / "shown"
        self._server = folder / "fleet.git"
        self._clone = folder / "fleet"
        self._environment = {
            **Fleet.plain_environment(),
            "CI_DIR": str(self._shown),
            "OS_CLOUD": CLOUD,
            "OS_CLIENT_CONFIG_FILE": str(CLOUDS),
            "FLEET_SSH_KEY": str(LAB / "ssh/id_ed25519"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Developer"),
            **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "developer@example.org"),
        }
        del self._environment["ANSIBLE_CONFIG"]
        self._git("init", "--quiet", "--bare", "--initial-branch", MAIN, str(self._server), where=folder)
        shutil.copy(Path(__file__).parent / "post-receive", self._server / "hooks")
        self._git("clone", "--quiet", str(self._server), str(self._clone), where=folder)
        shutil.copytree(EXAMPLE, self._clone, dirs_exist_ok=True)
        # where a team's repository has a submodule
        (self._clone / "heatdock").symlink_to(ROOT)

    def declare(self, **hosts: dict[str, Any]) -> None:
        """Write the inventory, with the lab's image, flavor and networks."""
        inventory = {"docker_hosts": {"vars": copy.deepcopy(DECLARED), "hosts": hosts}}
        (self._clone / "inventory/hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")

    def branch(self, name: str) -> None:
        """Go on in a new branch of main."""
        self._git("switch", "--quiet", "--create", name, MAIN)

    def push(self, message: str) -> int:
        """Commit and push; return how the pipeline ended, which a server would run later."""
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", message)
        return self._publish()

    def merge(self, name: str) -> int:
        """Merge a branch into main."""
        self._git("switch", "--quiet", MAIN)
        self._git("merge", "--quiet", "--no-ff", "--message", f"Merge {name}", name)
        return self._publish()

    def revert(self) -> int:
        """Take back what was merged last."""
        merged = self._git("log", "--merges", "--max-count=1", "--format=%H").strip()
        self._git("revert", "--no-edit", "--mainline", "1", merged)
        return self._publish()

    def night(self) -> int:
        """Run the nightly job on main."""
        shown = self._shown / BY_NIGHT
        shown.mkdir(parents=True, exist_ok=True)
        done = self._run(str(self._clone / "heatdock/bin/heatdock-drift"), where=self._clone, DRIFT_DIR=str(shown))
        (shown / "log").write_text(done.output, encoding="utf-8")
        return done.status

    def apply(self) -> int:
        """Run main's pipeline once more."""
        self._git("commit", "--quiet", "--allow-empty", "--message", "Once more")
        return self._publish()

    def shown(self, job: str, name: str = "log") -> str:
        """Read what a pipeline shows: a branch's log or comment, or the night's report."""
        return (self._shown / job / name).read_text(encoding="utf-8")

    def _publish(self) -> int:
        branch = self._git("branch", "--show-current").strip()
        self._git("push", "--quiet", "origin", branch)
        return int(self.shown(branch, "exit"))

    def _git(self, *arguments: str, where: Path | None = None) -> str:
        done = self._run("git", *arguments, where=where or self._clone)
        assert done.status == 0, done.output
        return done.output

    def _run(self, *command: str, where: Path, **environment: str) -> Run:
        return run_program(command, where, {**self._environment, **environment})
