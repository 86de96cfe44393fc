# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that pipelines run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from memory_server import serving
from tests.environments import without

ROOT = Path(__file__).parents[2]
WELL, BROKEN = 0, 1
LEFT_OVER = "left over"
STAND_IN = """#!/usr/bin/env python3
import json, os, sys
from pathlib import Path

variables = json.loads(sys.argv[sys.argv.index("--extra-vars") + 1])
with Path("calls").open("a") as calls:
    print(json.dumps([Path(sys.argv[1]).stem, os.environ.get("ANSIBLE_CONFIG"), variables]), file=calls)
if "plan_dir" in variables and "NO_HOSTS" not in os.environ:
    Path(variables["plan_dir"], "plan.json").write_text("{}")
"""
"""An ansible-playbook that remembers how it was called, and makes a plan where it is to plan."""


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


class Desk:
    """A folder in which the programs run, with a stand-in of ansible-playbook."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._tools = folder / "fleet", folder / "tools"
        self.plan = self.folder / "plan.json"
        self.folder.mkdir()
        self._tools.mkdir()
        program = self._tools / "ansible-playbook"
        program.write_text(STAND_IN, encoding="utf-8")
        program.chmod(0o755)

    def run(self, program: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a program."""
        return run(program, self.folder, self._tools, **environment)

    def calls(self) -> list[Any]:
        """Return the first playbook of each call, which settings it had, and its variables; forget them."""
        calls = self.folder / "calls"
        lines = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
        calls.unlink(missing_ok=True)
        return [json.loads(line) for line in lines]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_settings_that_were_chosen_stay(desk: Desk) -> None:
    desk.run("heatdock-apply")
    (desk.folder / "ansible.cfg").touch()
    desk.run("heatdock-apply")
    desk.run("heatdock-apply", ANSIBLE_CONFIG="chosen")
    own = str(desk.folder / "ansible.cfg")
    assert [settings for _name, settings, _variables in desk.calls()] == [None, None, own, own, "chosen", "chosen"]


def test_apply_plans_anew_whatever_is_left_over(desk: Desk) -> None:
    desk.plan.write_text(LEFT_OVER, encoding="utf-8")
    for _attempt in range(2):
        assert desk.run("heatdock-apply").returncode == WELL
        assert [name for name, *_rest in desk.calls()] == ["plan", "provision"]
    assert desk.plan.read_text(encoding="utf-8") != LEFT_OVER


def test_a_plan_that_is_left_over_is_not_taken_for_one_of_no_hosts(desk: Desk) -> None:
    desk.plan.write_text(LEFT_OVER, encoding="utf-8")
    assert desk.run("heatdock-apply", NO_HOSTS="").returncode == BROKEN
    assert [name for name, *_rest in desk.calls()] == ["plan"]


def test_a_reviewed_plan_is_carried_out_as_it_is(desk: Desk) -> None:
    desk.plan.write_text(LEFT_OVER, encoding="utf-8")
    assert desk.run("heatdock-apply", PLAN_FILE="plan.json").returncode == WELL
    assert desk.calls() == [["provision", None, {"plan_file": str(desk.plan)}]]
    assert desk.plan.read_text(encoding="utf-8") == LEFT_OVER


@pytest.mark.parametrize("name", ["gone/plan.json", "", "."])
def test_a_reviewed_plan_that_is_not_there_is_no_reason_to_plan(desk: Desk, name: str) -> None:
    done = desk.run("heatdock-apply", PLAN_FILE=name)
    assert done.returncode == BROKEN
    assert done.stderr == (
        f'PLAN_FILE names "{name}", where no plan is: hand the reviewed one over, or unset PLAN_FILE\n'
    )
    assert desk.calls() == []
