# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pipeline runs: a plan that is reviewed and carried out as it is or refused, and a look for drift by night."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from tests.scale import modules
from tests.scale.cloud import ROOT
from tests.scale.lifecycle import CHEAP
from tests.scale.project import Project
from tests.scale.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOTHING_TO_DO, BROKEN, CHANGES = 0, 1, 2


def schema(name: str) -> dict[str, Any]:
    """Read the schema that describes a file."""
    return dict(json.loads((ROOT / f"docs/{name}.schema.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """Two hosts are there as declared, by a plan that was reviewed."""
    folder = tmp_path_factory.mktemp("fleet")
    with Project("saved-plan", folder) as project:
        made = Repository(project, folder, {"web1": {"ssh_user": "a"}, "web2": {"ssh_user": "a"}})
        assert made.plan() == CHANGES
        assert made.saved()["summary"]["create"] == len(made.hosts)
        assert made.stacks() == {}, "a plan writes nothing"
        done = made.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        yield made


def test_a_plan_that_was_carried_out_leaves_nothing_to_do(repository: Repository) -> None:
    assert repository.plan() == NOTHING_TO_DO
    assert repository.saved()["summary"]["none"] == len(repository.hosts)
    jsonschema.validate(repository.saved(), schema("plan"))
    assert repository.read("plan.md").splitlines()[0] == "**Plan: 2 unchanged**"


def test_a_plan_that_cannot_be_made_leaves_no_file_that_could_be_taken_for_one(repository: Repository) -> None:
    assert repository.plan(OS_CLOUD="nowhere") == BROKEN
    assert not (repository.folder / "plan.json").exists()
    assert not (repository.folder / "plan.md").exists()


def declare_otherwise(repository: Repository) -> None:
    """Change the declaration."""
    repository.hosts["web2"] = {"ssh_user": "c"}


def edit_the_template(repository: Repository) -> None:
    """Change the template."""
    repository.template["resources"]["thing"]["properties"]["value"] = "fixed"


def edit_a_default(repository: Repository) -> None:
    """Change a parameter's default."""
    repository.template["parameters"]["ready_timeout"]["default"] = 1


def update_behind_its_back(repository: Repository) -> None:
    """Have another controller update a host."""
    template = repository.folder / "template.yaml"
    hosts = [{"name": "web1", "ssh_user": "z"}]
    done = modules.run("docker_hosts", {**repository.project.access, "template": str(template), "hosts": hosts})
    assert not done.failed, done.message


MOVES: dict[str, tuple[Callable[[Repository], None], str]] = {
    "declaration": (declare_otherwise, "host web2: its declaration has changed since"),
    "template": (edit_the_template, "host web1: the template has changed since"),
    "parameter default": (edit_a_default, "host web1: the template has changed since"),
    "cloud": (update_behind_its_back, "host web1: its stack was changed since, it is UPDATE_COMPLETE"),
}


@pytest.mark.parametrize("moved", MOVES)
def test_a_plan_that_does_not_hold_any_more_is_refused_and_nothing_is_written(
    repository: Repository, moved: str
) -> None:
    move, reason = MOVES[moved]
    repository.hosts["web2"], repository.template = {"ssh_user": "b"}, copy.deepcopy(CHEAP)
    assert repository.plan() == CHANGES
    move(repository)
    before = repository.stacks()
    refused = repository.apply()
    assert refused.returncode != 0
    told = " ".join(refused.stdout.split())
    assert f"the plan does not hold any more: {reason}" in told
    assert "; plan again" in told
    assert repository.stacks() == before


def test_what_was_updated_past_the_repository_is_drift_and_is_updated_to_what_is_declared(
    repository: Repository,
) -> None:
    repository.template = copy.deepcopy(CHEAP)
    repository.hosts |= {name: {"ssh_user": "a"} for name in repository.hosts}
    assert repository.plan() in (NOTHING_TO_DO, CHANGES)
    assert repository.apply().returncode == 0
    assert repository.drift() == NOTHING_TO_DO
    update_behind_its_back(repository)
    assert repository.drift() == CHANGES
    said = "| web1 | web1 (OS::Heat::Stack) | its inputs are not what is declared: ssh\\_user is z, declared is a |"
    assert said in repository.read("drift.md")
    assert repository.plan() == CHANGES
    assert repository.apply().returncode == 0


def test_a_quiet_night_exits_with_zero_and_reports_each_host(repository: Repository) -> None:
    assert repository.drift() == NOTHING_TO_DO
    report = json.loads(repository.read("drift.json"))
    jsonschema.validate(report, schema("drift"))
    assert {name: host["drift"] for name, host in report["hosts"].items()} == {"web1": [], "web2": []}
    assert repository.read("drift.md") == "**Drift: 0 of 2 hosts are not as the repository has them**\n"


def test_a_night_without_a_cloud_is_no_quiet_one(repository: Repository) -> None:
    assert repository.drift(OS_CLOUD="nowhere") == BROKEN
    assert not (repository.folder / "drift.json").exists()


def test_a_host_that_is_not_declared_any_more_is_drift_where_such_hosts_are_pruned(repository: Repository) -> None:
    declared = repository.hosts.pop("web2")
    assert repository.drift() == NOTHING_TO_DO
    pruned = repository.command(ROOT / "bin/heatdock-drift", "-e", "fleet_prune=true")
    assert pruned.returncode == CHANGES
    assert "not declared: web2" in pruned.stdout
    assert "| web2 | web2 (OS::Heat::Stack) | it is not declared |" in repository.read("drift.md")
    repository.hosts["web2"] = declared
    assert repository.command(ROOT / "bin/heatdock-drift", "-e", "fleet_prune=true").returncode == NOTHING_TO_DO


def test_a_host_that_is_gone_is_drift_and_comes_back(repository: Repository) -> None:
    gone = modules.run("docker_hosts", {**repository.project.access, "state": "absent", "hosts": [{"name": "web2"}]})
    assert not gone.failed, gone.message
    assert repository.drift() == CHANGES
    assert "| web2 | web2 (OS::Heat::Stack) | it does not exist |" in repository.read("drift.md")
    assert 'failures="1"' in repository.read("drift.xml")
    assert repository.plan() == CHANGES
    assert repository.apply().returncode == 0
    assert repository.drift() == NOTHING_TO_DO
