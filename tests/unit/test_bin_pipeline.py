# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that pipelines run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from memory_server import serving
from tests.environments import without

ROOT = Path(__file__).parents[2]
BROKEN = 1


def run(program: str, folder: Path, tools: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one of the programs in a folder, with the ansible-playbook of another."""
    usual = without("OS_", "ANSIBLE_", "PLAN_", "DRIFT_")
    chosen = {**usual, "PATH": f"{tools}:{usual['PATH']}", **environment}
    command = [sys.executable, str(ROOT / "bin" / program)]
    return subprocess.run(command, cwd=folder, env=chosen, capture_output=True, text=True, check=False)


def test_a_checkout_that_anybody_may_write_to_has_its_settings(tmp_path: Path) -> None:
    checkout, clouds = tmp_path / "fleet", tmp_path / "clouds.yaml"
    shutil.copytree(ROOT / "examples/gitops", checkout)
    (checkout / "heatdock").symlink_to(ROOT)
    (checkout / "inventory/hosts.yml").write_text("docker_hosts: {}\n", encoding="utf-8")
    checkout.chmod(0o777)
    with serving() as server:
        clouds.write_text(yaml.safe_dump({"clouds": {"here": server.entry()}}), encoding="utf-8")
        access = {"OS_CLOUD": "here", "OS_CLIENT_CONFIG_FILE": str(clouds), "ANSIBLE_HOME": str(tmp_path)}
        done = run("heatdock-plan", checkout, Path(sys.executable).parent, **access)
        assert done.returncode == BROKEN
        assert "no host was chosen" in done.stderr
        # as the checkout's inventory has it
        assert server.cloud.calls
