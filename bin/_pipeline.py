# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pipeline's commands share: which playbooks they run, where their files are, how a plan or report ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

WELL, BROKEN, DIFFERENT = 0, 1, 2
"""Exit codes: nothing to do, an error, something would change or has changed."""
PLAYBOOKS = Path(__file__).resolve().parents[1] / "playbooks"


def folder(variable: str) -> Path:
    """Return the folder that an environment variable names, the current one by default."""
    return Path(os.environ.get(variable, ".")).resolve()


def clear(*files: Path) -> None:
    """Remove what an earlier run wrote, so that nobody takes it for this one's."""
    for file in files:
        file.unlink(missing_ok=True)


def surroundings() -> dict[str, str]:
    """Return the environment, in which the current folder's ansible.cfg counts.

    Ansible overlooks one where anybody may write, as in the checkouts of GitLab's containers. It comes from the same
    checkout as this program.
    """
    settings = Path("ansible.cfg").resolve()
    return ({"ANSIBLE_CONFIG": str(settings)} if settings.exists() else {}) | os.environ


def play(*names: str, **variables: str) -> bool:
    """Run playbooks with the caller's options of ansible-playbook; tell whether all went well."""
    paths = [str(PLAYBOOKS / f"{name}.yml") for name in names]
    command = ["ansible-playbook", *paths, "--extra-vars", json.dumps(variables), *sys.argv[1:]]
    return subprocess.run(command, env=surroundings(), check=False).returncode == 0


def refuse(reason: str) -> int:
    """Say in one sentence why nothing is done."""
    print(reason, file=sys.stderr)
    return BROKEN


def nobody(file: Path) -> int:
    """Say why a playbook that went well has not written its file, which is no quiet plan or night."""
    return refuse(f"there is no {file.name}, as no host was chosen: declare one in the group docker_hosts")


def make_plan(plan: Path) -> int:
    """Write a plan, and the page beside it; say how that ended."""
    clear(plan, plan.with_suffix(".md"))
    if not play("plan", plan_dir=str(plan.parent)):
        return BROKEN
    return WELL if plan.exists() else nobody(plan)


def summary(file: Path) -> dict[str, Any]:
    """Return how a plan or a report sums itself up."""
    return dict(json.loads(file.read_text(encoding="utf-8"))["summary"])
