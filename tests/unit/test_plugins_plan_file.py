# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan is saved, shown for a review, and refused once it does not hold any more."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._fleet import Fleet, Settings
from ansible_collections.heatdock.hosts.plugins.module_utils._masks import MASK
from ansible_collections.heatdock.hosts.plugins.module_utils._plan_file import (
    Plan,
    plan_of,
    read_plan,
    refuse_moved,
    refuse_unforeseen,
    summary_of,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._plan_page import LONGEST_COMMENT, page_of
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source, load_template
from memory_cloud import HOST, MemoryCloud, declared

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/plan.schema.json").read_text(encoding="utf-8"))
FULL = load_template(str(ROOT / "heat-templates/docker-host-full.yaml"))
FAST = Settings(timeout=60, first_pause=0.001)
WANTED = [declared("web1"), declared("web2", flavor="docker.large"), declared("web4")]


def made(cloud: MemoryCloud, *sources: Source) -> None:
    """Bring hosts about."""
    Fleet(cloud, FAST).present(sources)


def planned(cloud: MemoryCloud, *sources: Source, kept: list[str] | None = None) -> Plan:
    """Plan, as a file would have it."""
    outcomes = Fleet(cloud, replace(FAST, check=True)).present(sources, declared=kept)
    return dict(json.loads(json.dumps(plan_of(outcomes, "p"))))


@pytest.fixture
def cloud() -> MemoryCloud:
    """Web1 is as declared, web2 has another flavor, web3 is no longer declared, web4 is not there."""
    cloud = MemoryCloud()
    made(cloud, declared("web1"), declared("web2"), declared("web3"))
    return cloud


@pytest.fixture
def plan(cloud: MemoryCloud) -> Plan:
    return planned(cloud, *WANTED, kept=[])


def test_the_plan_says_what_would_happen_to_each_host(plan: Plan) -> None:
    assert {name: host["action"] for name, host in plan["hosts"].items()} == {
        "web1": "none",
        "web2": "update",
        "web3": "delete",
        "web4": "create",
    }
    assert summary_of(plan) == "1 to create, 1 to update, 1 to delete, 1 unchanged"


def test_the_plan_is_as_its_schema_says(plan: Plan) -> None:
    jsonschema.validate(plan, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**plan, "version": 2}, SCHEMA)


def test_the_same_plan_is_the_same_file(cloud: MemoryCloud, plan: Plan) -> None:
    assert planned(cloud, *WANTED, kept=[]) == plan


def test_a_replaced_server_is_told_with_what_is_lost(cloud: MemoryCloud) -> None:
    plan = planned(cloud, declared("web1", image="debian-14"))
    assert plan["hosts"]["web1"]["losses"] == [
        "server (OS::Nova::Server) is replaced because of image; what is on its disk is lost"
    ]
    page = page_of(plan)
    assert page.startswith("**Plan: 1 to replace**\n\n**Data is lost:**\n\n- **web1**: server")
    assert "| server | image (forces the replacement) | debian-13 | debian-14 |" in page
    assert '{"get\\_resource": "ready\\_handle"} (made anew) |' in page


def test_the_page_shows_hosts_resources_and_properties(plan: Plan) -> None:
    page = page_of(plan)
    assert page.splitlines()[0] == "**Plan: 1 to create, 1 to update, 1 to delete, 1 unchanged**"
    assert "| web2 | update | server (update) |" in page
    assert "<details><summary>web2: update</summary>" in page
    assert "| server | flavor | docker.small | docker.large |" in page
    assert page.endswith("<details><summary>1 unchanged</summary>\n\nweb1\n\n</details>\n")


def test_a_new_host_is_told_by_what_it_is_declared_to_be(plan: Plan) -> None:
    settings = {item["name"]: (item["before"], item["after"]) for item in plan["hosts"]["web4"]["settings"]}
    assert settings["flavor"] == (None, "docker.small")
    assert "ready_timeout" not in settings  # the template's own
    assert "| flavor |  | docker.small |" in page_of(plan)


def test_a_changed_host_is_told_by_the_parameters_that_differ(plan: Plan) -> None:
    assert plan["hosts"]["web2"]["settings"] == [{"name": "flavor", "before": "docker.small", "after": "docker.large"}]
    assert not plan["hosts"]["web1"]["settings"]


def test_a_hidden_parameter_is_masked(cloud: MemoryCloud) -> None:
    source = declared("web5", key_name="heatdock")
    template = copy.deepcopy(source.template)
    template["parameters"]["key_name"]["hidden"] = True
    host = planned(cloud, replace(source, template=template))["hosts"]["web5"]
    assert "heatdock" not in json.dumps(host)
    assert {"name": "key_name", "before": None, "after": MASK} in host["settings"]


def test_short_values_of_our_hidden_map_are_in_no_plan(cloud: MemoryCloud) -> None:
    before, after = (
        Source(FULL, {**HOST, "engine_environment": environment}, stack_name="web6")
        for environment in ({"SHORT": "~z~", "MODE": "1"}, {"SHORT": "~y~", "MODE": "2"})
    )
    cloud.add_declared(before)
    plan = planned(cloud, after)
    assert plan["hosts"]["web6"]["action"] == "update"
    shown = json.dumps(plan) + page_of(plan)
    assert not [text for text in ("~z~", "~y~", '"MODE": "2"') if text in shown]
    assert f'"MODE": "{MASK}"' in shown


@pytest.mark.parametrize("count", [1, 100])
def test_a_page_is_no_longer_than_a_comment_may_be(cloud: MemoryCloud, count: int) -> None:
    names = [f"host{number}" for number in range(count)]
    made(cloud, *(declared(name) for name in names))
    page = page_of(planned(cloud, *(declared(name, image="debian-14") for name in names)))
    assert len(page) <= LONGEST_COMMENT
    assert ("more, which plan.json has" in page) == (count > 1)


def test_nothing_in_a_value_is_markup() -> None:
    change = {
        "name": "x",
        "before": "a|b\n<script> @all &",
        "after": ["*"],
        "forces_replacement": False,
        "ignored": False,
    }
    resource = {"name": "server", "action": "update", "properties": [change]}
    host = {"action": "update", "settings": [], "resources": [resource], "losses": [], "notes": []}
    page = page_of(
        {"summary": dict.fromkeys(("create", "update", "replace", "delete", "none"), 0), "hosts": {"w": host}}
    )
    assert '| server | x | a\\|b &lt;script&gt; &#64;all &amp; | \\["\\*"\\] |' in page


def test_a_plan_that_holds_is_carried_out(cloud: MemoryCloud, plan: Plan) -> None:
    refuse_moved(plan, planned(cloud, *WANTED, kept=[]))


def changed_template(source: Source) -> Source:
    """Give a parameter another default."""
    template = copy.deepcopy(source.template)
    template["parameters"]["ready_timeout"]["default"] = 901
    return replace(source, template=template)


def nothing(_cloud: MemoryCloud) -> None:
    """Leave the cloud as it is."""


def updated_and_back(cloud: MemoryCloud) -> None:
    """Have another controller change a host and take that back."""
    made(cloud, declared("web1", flavor="docker.large"))
    made(cloud, declared("web1"))


Move = tuple["Callable[[MemoryCloud], object]", list[Source], str]
MOVES: dict[str, Move] = {
    "declaration": (
        nothing,
        [WANTED[0], declared("web2", flavor="docker.small"), WANTED[2]],
        "host web2: its declaration has changed since",
    ),
    "parameter default": (
        nothing,
        [changed_template(WANTED[0]), *WANTED[1:]],
        "host web1: the template has changed since",
    ),
    "one host more": (nothing, [*WANTED, declared("web5")], "host web5 is in this run and not in the plan"),
    "one host less": (nothing, WANTED[:2], "host web4 is in the plan and not in this run"),
    "declared again": (nothing, [*WANTED, declared("web3")], "host web3: it is declared again"),
    "stack made": (
        lambda cloud: made(cloud, declared("web4", flavor="docker.large")),
        WANTED,
        "host web4: a stack of its name was made since",
    ),
    "stack deleted": (
        lambda cloud: Fleet(cloud, FAST).absent(["web1"]),
        WANTED,
        "host web1: its stack was deleted since",
    ),
    "stack updated": (
        updated_and_back,
        WANTED,
        "host web1: its stack was changed since, it is UPDATE_COMPLETE",
    ),
}


@pytest.mark.parametrize("moved", MOVES)
def test_a_plan_that_does_not_hold_any_more_is_refused_with_the_reason(
    cloud: MemoryCloud, plan: Plan, moved: str
) -> None:
    move, sources, reason = MOVES[moved]
    move(cloud)
    with pytest.raises(HeatdockError) as caught:
        refuse_moved(plan, planned(cloud, *sources, kept=[]))
    assert str(caught.value) == f"the plan does not hold any more: {reason}; plan again"


def carried_out(cloud: MemoryCloud, plan: Plan) -> dict[str, str]:
    """Carry a plan out that was found to hold; return what kept hosts from it."""
    settings = replace(FAST, agreed=partial(refuse_unforeseen, plan))
    return {item.name: item.error for item in Fleet(cloud, settings).present(WANTED, declared=[]) if item.error}


def test_what_was_planned_is_what_is_done(cloud: MemoryCloud, plan: Plan) -> None:
    assert not carried_out(cloud, plan)
    assert planned(cloud, *WANTED, kept=[])["summary"]["none"] == len(WANTED)


@pytest.mark.parametrize(
    ("move", "name", "reason"),
    [
        (lambda cloud: made(cloud, declared("web2", image="debian-14")), "web2", "its stack was changed since"),
        (lambda cloud: made(cloud, declared("web3", flavor="docker.large")), "web3", "its stack was changed since"),
        (
            lambda cloud: made(cloud, declared("web4", flavor="docker.large")),
            "web4",
            "a stack of its name was made since",
        ),
    ],
)
def test_a_host_that_moves_after_the_last_look_is_left_alone(
    cloud: MemoryCloud, plan: Plan, move: Callable[[MemoryCloud], None], name: str, reason: str
) -> None:
    move(cloud)
    moved = [stack.body for stack in cloud.stacks.values() if stack.name == name]
    errors = carried_out(cloud, plan)
    assert list(errors) == [name]
    assert f"the plan does not hold any more: {reason}" in errors[name]
    assert [stack.body for stack in cloud.stacks.values() if stack.name == name] == moved


def test_a_check_that_finds_nothing_leaves_a_plan_as_it_was(cloud: MemoryCloud, plan: Plan) -> None:
    Fleet(cloud, FAST).checked(["web1", "web2", "web3"])
    refuse_moved(plan, planned(cloud, *WANTED, kept=[]))


def test_what_would_happen_now_is_held_against_what_was_planned(plan: Plan) -> None:
    now = copy.deepcopy(plan)
    now["hosts"]["web2"] |= {"action": "replace", "resources": [{"name": "server", "action": "replace"}]}
    with pytest.raises(HeatdockError, match=r"host web2: now replace \(server replace\) would happen, and update"):
        refuse_moved(plan, now)


def test_a_plan_of_another_project_is_refused(plan: Plan) -> None:
    with pytest.raises(HeatdockError, match="of another project; select its cloud with OS_CLOUD"):
        refuse_moved(plan, {**plan, "project_id": "q"})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read (No such file or directory); make it with playbooks/plan.yml"),
        ("{", "is not JSON; make it with playbooks/plan.yml"),
        ("[]", "has version null, and 1 is understood here; plan again"),
        ('{"version": 7}', "has version 7, and 1 is understood here; plan again"),
        ('{"version": "1"}', 'has version "1", and 1 is understood here; plan again'),
        ('{"version": 1}', "is damaged (no project_id); plan again"),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, content: str | None, reason: str) -> None:
    path = tmp_path / "plan.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(HeatdockError) as caught:
        read_plan(str(path))
    assert str(caught.value) == f"plan {path} {reason}"


def test_a_saved_plan_is_read_as_it_was_written(tmp_path: Path, plan: dict[str, Any]) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    assert read_plan(str(path)) == plan


DAMAGES: dict[str, tuple[Callable[[Plan], object], str]] = {
    "project gone": (lambda plan: plan.pop("project_id"), "no project_id"),
    "project no text": (lambda plan: plan.update(project_id=7), "project_id is no string"),
    "hosts a list": (lambda plan: plan.update(hosts=[]), "hosts is no object"),
    "summary incomplete": (lambda plan: plan["summary"].pop("none"), "no summary.none"),
    "true for a number": (lambda plan: plan["summary"].update(none=True), "summary.none is no integer"),
    "host empty": (lambda plan: plan["hosts"].update(web1={}), "no hosts.web1.action"),
    "action unknown": (
        lambda plan: plan["hosts"]["web1"].update(action="mend"),
        'hosts.web1.action is not one of "create", "delete", "none", "replace", "update"',
    ),
    "stack a text": (lambda plan: plan["hosts"]["web1"].update(stack="s"), "hosts.web1.stack is no object or null"),
    "stack without ID": (lambda plan: plan["hosts"]["web1"]["stack"].pop("id"), "no hosts.web1.stack.id"),
    "resource without a name": (
        lambda plan: plan["hosts"]["web2"]["resources"][0].pop("name"),
        "no hosts.web2.resources[0].name",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_plan_is_refused(tmp_path: Path, plan: Plan, damage: str) -> None:
    spoil, reason = DAMAGES[damage]
    spoil(plan)
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(plan)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    with pytest.raises(HeatdockError) as caught:
        read_plan(str(path))
    assert str(caught.value) == f"plan {path} is damaged ({reason}); plan again"
