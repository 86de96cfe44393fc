# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module of the collection as Ansible does, in a process of its own, without the seconds Ansible takes to start.

As a program: `python modules.py NAME`, the module's arguments as JSON on standard input.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible.module_utils import basic

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
PACKAGE = "ansible_collections.heatdock.hosts.plugins.modules"


@dataclass
class Result:
    """How a module ended: what it returned, and what else it printed."""

    returned: dict[str, Any]
    stderr: str = ""

    @property
    def failed(self) -> bool:
        """Tell whether the module failed."""
        return bool(self.returned.get("failed"))

    @property
    def message(self) -> str:
        """Return the module's error."""
        return str(self.returned.get("msg", ""))


def start(
    name: str,
    arguments: dict[str, Any],
    *,
    check: bool = False,
    diff: bool = False,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[str]:
    """Start a module, so that a test can do something meanwhile; `result` waits for it."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("OS_", "ANSIBLE_"))}
    process = subprocess.Popen(
        [sys.executable, __file__, name],
        env={**inherited, "PYTHONPATH": str(ROOT / "collections"), **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    assert process.stdin
    names = {"_ansible_module_name": f"heatdock.hosts.{name}"}
    json.dump({**arguments, **names, "_ansible_check_mode": check, "_ansible_diff": diff}, process.stdin)
    process.stdin.close()
    process.stdin = None
    return process


def result(process: subprocess.Popen[str]) -> Result:
    """Wait for a started module; one that was killed has returned nothing."""
    stdout, stderr = process.communicate()
    lines = [line for line in stdout.splitlines() if line.startswith("{")]
    return Result(json.loads(lines[-1]) if lines else {}, stderr)


def run(name: str, arguments: dict[str, Any], *, check: bool = False, diff: bool = False) -> Result:
    """Run a module."""
    return result(start(name, arguments, check=check, diff=diff))


def main() -> None:
    """Be the module."""
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": json.load(sys.stdin)}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    importlib.import_module(f"{PACKAGE}.{sys.argv[1]}").main()


if __name__ == "__main__":
    main()
