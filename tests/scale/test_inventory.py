# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin on a real Heat: what it tells, and what each refresh asks, as the lab's own logs have it."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.environments import without
from tests.scale import modules
from tests.scale.api_log import ApiLog
from tests.scale.cloud import HOST, ROOT, TEMPLATE
from tests.scale.lifecycle import CHEAP
from tests.scale.project import KEYS, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

REAL, CHEAP_ONES = "web1", ("web2", "web3")
CACHE = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": "cache"}
TOUCHED = "evaluated"
HOSTILE = "{{ lookup('ansible.builtin.pipe', 'touch " + TOUCHED + "') }}"


@dataclass
class Desk:
    """A folder with an inventory of one project."""

    project: Project
    folder: Path

    def bring(self, template: str, *hosts: dict[str, Any]) -> None:
        """Make and update hosts."""
        done = modules.run("docker_hosts", {**self.project.access, "template": template, "hosts": list(hosts)})
        assert not done.failed, done.message

    def bring_cheap(self, name: str, **values: Any) -> None:
        """Make or update a host without a server, whose output is hostile."""
        outputs = {"address": {"value": "192.0.2.7"}, "note": {"value": HOSTILE}}
        path = self.folder / "cheap.yaml"
        path.write_text(yaml.safe_dump({**copy.deepcopy(CHEAP), "outputs": outputs}), encoding="utf-8")
        self.bring(str(path), {"name": name, **values})

    def run(self, program: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run one of Ansible's programs with the plugin's options."""
        source = self.folder / "stacks.heat.yml"
        usual = {"plugin": "heatdock.hosts.stacks", **self.project.access}
        source.write_text(yaml.safe_dump({**usual, **options}), encoding="utf-8")
        command = [str(Path(sys.executable).with_name(program)), "-i", str(source), *arguments]
        environment = {**without("OS_", "ANSIBLE_"), "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")}
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=self.folder, env=environment)

    def listed(self, **options: Any) -> dict[str, Any]:
        """Return the inventory."""
        done = self.run("ansible-inventory", "--list", **options)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout, object_hook=plain))

    def requests(self, **options: Any) -> list[str]:
        """Return what Heat was asked while the inventory was read, with the project left out of the paths."""
        with ApiLog(self.project.session()) as log:
            self.listed(**options)
        paths = [request.path.partition("?")[0] for request in log.requests if request.service == "heat-all"]
        return sorted("/".join(path.split("/")[3:5]) for path in paths)


def plain(item: dict[str, Any]) -> Any:
    """Take a text for what it is, which ansible-inventory says is none that it would take for a template."""
    return item["__ansible_unsafe"] if list(item) == ["__ansible_unsafe"] else item


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Have a project with a host as it is, and two without a server."""
    folder = tmp_path_factory.mktemp("inventory")
    with Project("inventory", folder) as project:
        made = Desk(project, folder)
        made.bring(TEMPLATE, {**HOST, "name": REAL, "key_name": KEYS[0]})
        for name in CHEAP_ONES:
            made.bring_cheap(name)
        yield made


def test_a_host_is_told_as_heat_has_it(desk: Desk) -> None:
    listed = desk.listed()
    assert sorted(listed["heatdock"]["hosts"]) == [REAL, *CHEAP_ONES]
    assert sorted(listed["heatdock_status_CREATE_COMPLETE"]["hosts"]) == [REAL, *CHEAP_ONES]
    assert listed["heatdock_image_debian_13_docker"]["hosts"] == [REAL]
    assert listed["heatdock_flavor_docker_small"]["hosts"] == [REAL]
    told = listed["_meta"]["hostvars"][REAL]
    outputs = told["heat_stack"]["outputs"]
    assert outputs["floating_address"] != outputs["fixed_address"]
    assert told["ansible_host"] == outputs["floating_address"]
    assert outputs["ssh_host_keys"]
    assert outputs["engine_version"]
    fixed = desk.listed(prefer=["fixed"])["_meta"]["hostvars"][REAL]
    assert fixed["ansible_host"] == outputs["fixed_address"]


def test_an_output_that_looks_like_a_template_is_a_text(desk: Desk) -> None:
    compose = {"composed": "heat_stack.outputs.note"}
    told = desk.run("ansible", "heatdock", "-m", "ansible.builtin.debug", "-a", "var=composed", compose=compose)
    assert told.returncode == 0, told.stdout + told.stderr
    assert HOSTILE.replace("'", "''") in told.stdout
    assert not (desk.folder / TOUCHED).exists()


def test_a_refresh_asks_for_one_listing_and_the_stacks_that_changed(desk: Desk) -> None:
    every = ["stacks", *(f"stacks/{name}" for name in (REAL, *CHEAP_ONES))]
    assert desk.requests() == every
    assert desk.requests(**CACHE) == every
    assert desk.requests(**CACHE) == ["stacks"]
    desk.bring_cheap(CHEAP_ONES[0], ssh_user="other")
    assert desk.requests(**CACHE) == ["stacks", f"stacks/{CHEAP_ONES[0]}"]
    assert desk.requests(**CACHE) == ["stacks"]
    told = desk.listed(**CACHE)
    assert told["heatdock_status_UPDATE_COMPLETE"]["hosts"] == [CHEAP_ONES[0]]
    assert told["_meta"]["hostvars"] == desk.listed()["_meta"]["hostvars"]


def test_an_administrator_sees_the_hosts_of_all_projects_where_asked_to(desk: Desk, tmp_path: Path) -> None:
    with Project("inventory-2", tmp_path) as other:
        neighbour = Desk(other, tmp_path)
        neighbour.bring_cheap("web9")
        admin = {"cloud": f"{desk.project.name}-admin", "full_names": True}
        own = {name.partition(".")[0] for name in desk.listed(**admin)["heatdock"]["hosts"]}
        assert own == {REAL, *CHEAP_ONES}
        listed = desk.listed(**admin, all_projects=True)
        ids = [item.project.session().current_project_id for item in (desk, neighbour)]
        assert {f"web1.{ids[0]}.inventory-admin", f"web9.{ids[1]}.inventory-admin"} <= set(listed["heatdock"]["hosts"])
        told = listed["_meta"]["hostvars"][f"web9.{ids[1]}.inventory-admin"]["heat_stack"]
        assert told["project"] == ids[1]
        assert told["outputs"]["address"] == "192.0.2.7"


def test_anybody_else_is_refused_the_hosts_of_all_projects(desk: Desk) -> None:
    done = desk.run("ansible-inventory", "--list", all_projects=True)
    assert done.returncode != 0
    assert "Heat shows the stacks of all projects to administrators alone" in " ".join(done.stderr.split())


def test_a_cloud_that_does_not_answer_is_an_error_unless_ignored(desk: Desk) -> None:
    clouds = [{"cloud": desk.project.name}, {"cloud": desk.project.name, "region_name": "nowhere"}]
    done = desk.run("ansible-inventory", "--list", clouds=clouds)
    assert done.returncode != 0
    assert '"nowhere"' in " ".join(done.stderr.split())
    listed = desk.listed(clouds=clouds, ignore_failing_clouds=True)
    assert sorted(listed["heatdock"]["hosts"]) == [REAL, *CHEAP_ONES]
