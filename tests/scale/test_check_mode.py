# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode writes nothing, whatever is declared and whatever state it is in: shown by the lab's own API logs."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.scale import modules
from tests.scale.api_log import ApiLog
from tests.scale.cloud import HOST, TEMPLATE
from tests.scale.lifecycle import CHEAP
from tests.scale.project import KEYS, Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "check-mode"
AT_A_TIME = 3
RESOURCE_TYPES = 7
"""Of a host that boots from its image."""
PAUSE = 0.5
LONGEST_WAIT = 180.0
LONG = 600
"""Seconds that a stack is at work which is to be at work during the test."""

FULL = {**HOST, "key_name": KEYS[0]}
HOSTS = {"quiet": FULL, "drifted": FULL}
"""Hosts that are there and complete; of the second the server is deleted behind Heat's back."""

STACKS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "create-failed": ({"ssh_user": "broken"}, {}),
    "update-failed": ({"ssh_user": "a"}, {"ssh_user": "broken"}),
    "creating": ({"ready_timeout": LONG}, {}),
    "updating": ({"ssh_user": "a"}, {"ssh_user": "b", "ready_timeout": LONG}),
}
"""Cheap stacks by name: what each was created with, and what it was then updated to."""


@dataclass(frozen=True)
class Scenario:
    """What is run in check mode, and what it has to predict."""

    action: str
    hosts: dict[str, dict[str, Any]]
    state: str = "present"
    arguments: dict[str, Any] = field(default_factory=dict)
    cheap: bool = False


def one(action: str, name: str = "quiet", state: str = "present", **changes: Any) -> Scenario:
    """Return a scenario of one host."""
    return Scenario(action, {name: {**FULL, **changes}}, state)


def cheap(action: str, name: str, state: str = "present", **parameters: Any) -> Scenario:
    """Return a scenario of a cheap stack."""
    return Scenario(action, {name: parameters}, state, cheap=True)


DOCKER_HOSTS = {
    "nothing to do": one("none"),
    "create": one("create", "new"),
    "update": one("update", ready_timeout=901),
    "replace": one("replace", key_name=KEYS[1]),
    "delete": one("delete", state="absent"),
    "delete what is not there": one("none", "new", state="absent"),
    "prune": Scenario("delete", {"new": FULL}, arguments={"prune": True}),
    "stop": one("stop", state="stopped"),
    "start": one("none", state="started"),
    "restart": one("restart", state="restarted"),
    "replace on demand": one("replace", state="replaced"),
    "check": one("none", state="checked"),
    "check what has drifted": one("none", "drifted", state="checked"),
    "creation that failed": cheap("create", "create-failed", ssh_user="a"),
    "delete a creation that failed": cheap("delete", "create-failed", state="absent"),
    "update that failed": cheap("update", "update-failed", ssh_user="a"),
    "creation at work": cheap("update", "creating", ssh_user="other"),
    "update at work": cheap("update", "updating", ssh_user="other"),
    "delete what is at work": cheap("delete", "updating", state="absent"),
}

STACK = {
    "nothing to do": ("none", "plain", {"ssh_user": "a"}, {}),
    "create": ("create", "plain-new", {}, {}),
    "update": ("update", "plain", {"ssh_user": "b"}, {}),
    "tags": ("update", "plain", {"ssh_user": "a"}, {"tags": ["other"]}),
    "adopt": ("update", "elsewhere", {"ssh_user": "b"}, {"adopt": "always"}),
    "delete": ("delete", "plain", {}, {"state": "absent"}),
}


@dataclass
class Prepared:
    """A project in which all is in the state that its name says."""

    project: Project
    mine: Any
    folder: Path
    wrote: list[str] = field(default_factory=list)

    def template(self) -> str:
        """Return the path of the cheap template."""
        path = self.folder / "cheap.yaml"
        path.write_text(yaml.safe_dump(CHEAP), encoding="utf-8")
        return str(path)

    def stack(self, name: str, parameters: dict[str, Any], *, update: bool = False, tags: str = "heatdock") -> None:
        """Have Heat create or update a cheap stack, without waiting for it."""
        body = {"template": CHEAP, "environment": {"parameters": parameters}, "tags": tags, "stack_name": name}
        heat = self.mine.orchestration
        answer = heat.put(self.path(name), json=body) if update else heat.post("/stacks", json=body)
        assert answer.ok, answer.text

    def path(self, name: str) -> str:
        """Return the path of a stack."""
        row = self.mine.orchestration.find_stack(name)
        return f"/stacks/{name}/{row.id}"

    def wait(self, name: str) -> None:
        """Wait until a stack is at rest."""
        deadline = time.monotonic() + LONGEST_WAIT
        while self.mine.orchestration.find_stack(name).status.endswith("_IN_PROGRESS"):
            assert time.monotonic() < deadline, f"{name} is still at work"
            time.sleep(PAUSE)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """Bring everything about, which writes a great deal, and see that the log shows it."""
    folder = tmp_path_factory.mktemp("check")
    with Project(NAME, folder) as project:
        made = Prepared(project, project.session(), folder)
        with ApiLog(made.mine) as log:
            declared = [{"name": name, **values} for name, values in HOSTS.items()]
            result = modules.run("docker_hosts", {**project.access, "template": TEMPLATE, "hosts": declared})
            assert not result.failed, result.message
            plain = {"name": "plain", "template": made.template(), "parameters": {"ssh_user": "a"}}
            result = modules.run("stack", {**project.access, **plain})
            assert not result.failed, result.message
        made.wrote = [f"{request.method} {request.path.rpartition('/')[2]}" for request in log.writes]
        for name, (created, _updated) in STACKS.items():
            made.stack(name, created)
        made.stack("elsewhere", {"ssh_user": "a"}, tags="")
        for name, (_created, updated) in STACKS.items():
            if updated:
                made.wait(name)
                made.stack(name, updated, update=True)
        server = made.mine.compute.find_server("drifted")
        made.mine.compute.delete_server(server)
        made.mine.compute.wait_for_delete(server)
        for name in ("create-failed", "update-failed", "elsewhere"):
            made.wait(name)
        yield made


@dataclass
class Checked:
    """What check mode returned of each scenario, and what was asked of the cloud meanwhile."""

    hosts: dict[str, modules.Result]
    stacks: dict[str, modules.Result]
    info: modules.Result
    log: ApiLog


@pytest.fixture(scope="module")
def checked(prepared: Prepared) -> Checked:
    """Run every scenario in check mode, some at a time."""
    path = prepared.template()

    def hosts_of(scenario: Scenario) -> modules.Result:
        declared = [{"name": name, **values} for name, values in scenario.hosts.items()]
        asked = {"template": path if scenario.cheap else TEMPLATE, "hosts": declared, "state": scenario.state}
        arguments = {**prepared.project.access, **asked, **scenario.arguments}
        return modules.run("docker_hosts", arguments, check=True, diff=True)

    def stack_of(name: str, parameters: dict[str, Any], options: dict[str, Any]) -> modules.Result:
        asked = {"name": name, "template": path, "parameters": parameters, **options}
        return modules.run("stack", {**prepared.project.access, **asked}, check=True, diff=True)

    with ApiLog(prepared.mine) as log, ThreadPoolExecutor(AT_A_TIME) as pool:
        hosts = pool.map(hosts_of, DOCKER_HOSTS.values())
        stacks = pool.map(lambda item: stack_of(*item[1:]), STACK.values())
        wanted = {"resources": True, "events": 5, "inputs": True}
        info = modules.run("stack_info", {**prepared.project.access, **wanted}, check=True)
        return Checked(dict(zip(DOCKER_HOSTS, hosts, strict=True)), dict(zip(STACK, stacks, strict=True)), info, log)


def test_the_log_shows_what_is_written_otherwise(prepared: Prepared) -> None:
    assert prepared.wrote.count("POST stacks") == len(HOSTS) + 1


@pytest.mark.parametrize("name", DOCKER_HOSTS)
def test_docker_hosts_predicts(checked: Checked, name: str) -> None:
    ended, scenario = checked.hosts[name], DOCKER_HOSTS[name]
    assert not ended.failed, ended.message
    host = next(iter(scenario.hosts)) if "prune" not in scenario.arguments else "quiet"
    assert ended.returned["hosts"][host]["action"] == scenario.action


@pytest.mark.parametrize("name", STACK)
def test_stack_predicts(checked: Checked, name: str) -> None:
    ended = checked.stacks[name]
    assert not ended.failed, ended.message
    assert ended.returned["action"] == STACK[name][0]


def test_stack_info_reads_the_same_as_ever(checked: Checked) -> None:
    assert not checked.info.failed, checked.info.message
    names = {stack["name"] for stack in checked.info.returned["stacks"]}
    assert names == {*HOSTS, *STACKS, "plain", "elsewhere"}


def test_check_mode_writes_nothing(checked: Checked) -> None:
    assert checked.log.requests
    assert checked.log.writes == []


def test_what_hosts_name_is_asked_for_once_for_all(prepared: Prepared) -> None:
    declared = [{"name": f"many-{number}", **FULL} for number in range(20)]
    with ApiLog(prepared.mine) as log:
        result = modules.run(
            "docker_hosts", {**prepared.project.access, "template": TEMPLATE, "hosts": declared}, check=True
        )
    assert not result.failed, result.message
    asked = [request.path.partition("?")[0] for request in log.requests if request.service != "heat-all"]
    collections = [path for path in asked if path.count("/") > 1]  # the others find out an API's version
    assert sorted(collections) == ["/v2.0/networks", "/v2.1/flavors/detail", "/v2.1/os-keypairs", "/v2/images"]
    heat = [request for request in log.requests if request.service == "heat-all"]
    assert len([request for request in heat if "/resource_types/" in request.path]) == RESOURCE_TYPES
    assert len([request for request in heat if request.path.endswith("/stacks/preview")]) == 1
