# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""roll.yml goes over hosts by batches, and where one ends it says what is true of each host.

The playbook is the real one; what it brings to a host is a file, and a host has the trouble that its variable names.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.environments import without

ROOT = Path(__file__).parents[2]
ROLES = "collections/ansible_collections/heatdock/hosts/roles"
TOLD = re.compile(r'^fatal: \[(\w+)\]: FAILED! => .*"msg": "(.*not touched: .*)"', re.MULTILINE)
AGAIN = "run again once it is mended, it goes on from there"


def having(trouble: str) -> str:
    """Return the condition that a host has this trouble."""
    return f"trouble | default('') == '{trouble}'"


def fail(reason: str, trouble: str) -> dict[str, Any]:
    return {"ansible.builtin.fail": {"msg": reason}, "when": having(trouble)}


def write(name: str) -> dict[str, Any]:
    """Return a task that leaves a file of this name for its host."""
    return {
        "ansible.builtin.copy": {"dest": f"{{{{ playbook_dir }}}}/{name}-{{{{ inventory_hostname }}}}", "content": ""}
    }


STUBS: dict[str, list[dict[str, Any]]] = {
    "tasks/provision.yml": [
        {**fail("the cloud does not answer", "cloud"), "run_once": True},
        fail("no quota", "quota"),
    ],
    "tasks/pin.yml": [{"ansible.builtin.meta": "noop"}],
    f"{ROLES}/docker_engine/tasks/main.yml": [
        write("new"),
        {"block": [fail("dockerd does not start", "engine")], "rescue": [write("old"), fail("rolled back", "engine")]},
    ],
    # a folder that cannot be made is to Ansible a host that cannot be reached
    f"{ROLES}/docker_context/tasks/main.yml": [
        {"ansible.builtin.ping": {}, "vars": {"ansible_remote_tmp": "/dev/null/tmp"}, "when": having("lost")}
    ],
}


class Batches:
    """Four hosts, and a playbook for two at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "playbooks/roll.yml", folder)
        for path, tasks in STUBS.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(yaml.safe_dump(tasks), encoding="utf-8")

    def roll(self, size: int = 2, **troubles: str) -> tuple[int, list[tuple[str, str]]]:
        """Roll over the hosts; return how that ended, and which host told what."""
        hosts = {name: {"trouble": troubles[name]} if name in troubles else {} for name in "abcd"}
        variables = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory = {"docker_hosts": {"hosts": hosts, "vars": variables}}
        (self.folder / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
        environment = {
            **without("ANSIBLE_"),
            "ANSIBLE_CONFIG": "/nowhere/ansible.cfg",
            "ANSIBLE_COLLECTIONS_PATH": str(self.folder / "collections"),
            "ANSIBLE_HOME": str(self.folder / "home"),
        }
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        command = [program, "-i", "hosts.yml", "-e", f"roll_batch={size}", "roll.yml"]
        run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=self.folder, env=environment)
        return run.returncode, [(host, json.loads(f'"{said}"')) for host, said in TOLD.findall(run.stdout)]

    def having(self, file: str) -> str:
        """Tell which hosts have a file."""
        return "".join(sorted(path.name[-1] for path in self.folder.glob(f"{file}-*")))


@pytest.fixture
def batches(tmp_path: Path) -> Batches:
    """Return hosts to which nothing was brought yet."""
    return Batches(tmp_path)


def test_a_host_that_is_not_well_is_told_alone_and_the_one_beside_it_is_done(batches: Batches) -> None:
    status, told = batches.roll(b="engine")
    assert status != 0
    assert told == [("b", f"host b is not well: rolled back; done: a; not touched: c, d; {AGAIN}")]
    assert (batches.having("new"), batches.having("old")) == ("ab", "b")
    assert batches.roll() == (0, [])
    assert batches.having("new") == "abcd"


def test_the_first_of_a_later_batch_ends_it_as_well(batches: Batches) -> None:
    _status, told = batches.roll(c="engine")
    assert told == [("c", f"host c is not well: rolled back; done: a, b, d; not touched: none; {AGAIN}")]


def test_two_that_are_not_well_each_tell_why(batches: Batches) -> None:
    _status, told = batches.roll(a="engine", b="quota")
    rest = f"done: none; not touched: c, d; {AGAIN}"
    assert sorted(told) == [
        ("a", f"host a is not well: rolled back; not well either: b; {rest}"),
        ("b", f"host b is not well: no quota; not well either: a; {rest}"),
    ]
    assert batches.having("new") == "a"


def test_what_fails_for_the_whole_batch_is_no_judgement_of_any(batches: Batches) -> None:
    _status, told = batches.roll(a="cloud")
    rest = f"begun, not judged: a, b; done: none; not touched: c, d; {AGAIN}"
    assert told == [("a", f"the cloud does not answer; {rest}")]


def test_a_lost_host_ends_it_and_the_one_beside_it_tells(batches: Batches) -> None:
    status, told = batches.roll(a="lost")
    assert status != 0
    assert told == [("b", f"begun, not judged: a; done: b; not touched: c, d; {AGAIN}")]
    assert batches.having("new") == "ab"


def test_a_lost_host_alone_ends_it(batches: Batches) -> None:
    status, _told = batches.roll(1, b="lost")
    assert status != 0
    assert batches.having("new") == "ab"
