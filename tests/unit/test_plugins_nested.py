# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan looks into nested stacks: what it says of each inner resource is proven on real Heat in tests/scale."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from ansible_collections.heatdock.hosts.plugins.module_utils._nested import real_type
from ansible_collections.heatdock.hosts.plugins.module_utils._plan import (
    data_losses,
    plan_create,
    plan_delete,
    plan_update,
    types_to_compare,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._rows import by_path
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Resource, Source, inputs_tag

VALUE = "OS::Heat::Value"
RANDOM = "OS::Heat::RandomString"
SCHEMAS: dict[str, dict[str, Any]] = {
    VALUE: {"value": {"type": "any", "update_allowed": True}},
    RANDOM: {"length": {"type": "integer", "default": 32}, "salt": {"type": "string"}},
    "OS::Heat::ResourceGroup": {
        "count": {"type": "integer", "default": 1, "update_allowed": True},
        "resource_def": {"type": "map", "update_allowed": True},
        "removal_policies": {"type": "list", "update_allowed": True},
    },
    "OS::Heat::AutoScalingGroup": {
        "desired_capacity": {"type": "integer", "update_allowed": True},
        "min_size": {"type": "integer", "update_allowed": True},
        "max_size": {"type": "integer", "update_allowed": True},
        "resource": {"type": "map", "update_allowed": True},
    },
    "OS::Cinder::Volume": {"size": {"type": "integer", "update_allowed": True}, "image": {"type": "string"}},
}

CHILD = """
heat_template_version: "2018-08-31"
parameters:
  text: {type: string, default: inner}
  secret: {type: string, hidden: true, default: ""}
  length: {type: number, default: 8}
resources:
  plain: {type: "OS::Heat::Value", properties: {value: {get_param: text}}}
  guarded: {type: "OS::Heat::Value", properties: {value: {get_param: secret}}}
  random: {type: "OS::Heat::RandomString", properties: {length: {get_param: length}}}
outputs:
  random: {value: {get_attr: [random, value]}}
  text: {value: {get_attr: [plain, value]}}
"""

TEMPLATE = """
heat_template_version: "2018-08-31"
parameters:
  text: {type: string, default: one}
  secret: {type: string, default: s3cret}
  length: {type: number, default: 8}
  count: {type: number, default: 2}
  capacity: {type: number, default: 2}
resources:
  child:
    type: file:///a/child.yaml
    properties: {text: {get_param: text}, length: {get_param: length}, secret: {get_param: secret}}
  other: {type: My::Child, properties: {text: {get_attr: [child, random]}}}
  reader: {type: "OS::Heat::Value", properties: {value: {get_attr: [child, text]}}}
  group:
    type: OS::Heat::ResourceGroup
    properties:
      count: {get_param: count}
      resource_def: {type: "OS::Heat::RandomString", properties: {length: {get_param: length}, salt: "%index%"}}
  scaled:
    type: OS::Heat::AutoScalingGroup
    properties:
      min_size: 1
      max_size: 4
      desired_capacity: {get_param: capacity}
      resource: {type: "OS::Heat::Value", properties: {value: {get_param: text}}}
  refs: {type: "OS::Heat::Value", properties: {value: {get_attr: [group, refs]}}}
  volume: {type: "OS::Cinder::Volume", properties: {size: 1}}
"""

STATUSES = dict.fromkeys(
    [
        *("child", "child/plain", "child/guarded", "child/random", "other", "other/plain", "other/guarded"),
        *("other/random", "reader", "group", "group/0", "group/1", "scaled", "scaled/abc", "scaled/xyz", "refs"),
        "volume",
    ],
    "CREATE_COMPLETE",
)
PASSED_ON = {"child": "update", "other": "update", "group": "update", "scaled": "update"}


def source(**parameters: Any) -> Source:
    return Source(
        yaml.safe_load(TEMPLATE),
        parameters,
        files={"file:///a/child.yaml": CHILD},
        stack_name="web",
        registry={"My::Child": "file:///a/child.yaml"},
    )


def actions(after: Source, before: Source | None = None) -> dict[str, str]:
    plan = plan_update(before or source(), after, SCHEMAS, STATUSES)
    return {item.name: item.action for item in plan.touched}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, {}),
        ({"text": "one"}, {}),
        (
            {"text": "two"},
            PASSED_ON | {"child/plain": "update", "reader": "update", "scaled/abc": "update", "scaled/xyz": "update"},
        ),
        (
            {"length": 9},
            PASSED_ON
            | {"child/random": "replace", "other/plain": "update", "group/0": "replace", "group/1": "replace"}
            | {"refs": "update"},
        ),
        ({"count": 3}, PASSED_ON | {"group/2": "create", "refs": "update"}),
        ({"count": 1}, PASSED_ON | {"group/1": "delete", "refs": "update"}),
        ({"capacity": 3}, PASSED_ON),
    ],
)
def test_what_is_passed_on_touches_what_uses_it(parameters: dict[str, Any], expected: dict[str, str]) -> None:
    assert actions(source(**parameters)) == expected


def test_an_unchanged_stack_is_not_touched_but_for_its_tags() -> None:
    assert actions(source()) == {}
    plan = plan_update(source(), source(), SCHEMAS, STATUSES, tags_changed=True)
    assert {item.name: item.action for item in plan.touched} == PASSED_ON
    assert not any(item.properties for item in plan.touched)


def test_files_that_lie_elsewhere_are_the_same() -> None:
    moved = copy.deepcopy(source())
    moved.template["resources"]["child"]["type"] = "file:///b/child.yaml"
    moved.registry = {"My::Child": "file:///b/child.yaml", "file:///b/child.yaml": "file:///b/child.yaml"}
    moved.files = {"file:///b/child.yaml": CHILD}
    assert not plan_update(source(), moved, SCHEMAS, STATUSES).changed
    assert inputs_tag(moved) == inputs_tag(source())


def test_a_nested_stack_gives_way_to_a_resource() -> None:
    after = source()
    after.template["resources"]["other"] = {"type": VALUE}
    inner = {f"other/{name}": "delete" for name in ("plain", "guarded", "random")}
    assert actions(after) == PASSED_ON | {"other": "replace"} | inner


def test_removal_policies_leave_the_members_open() -> None:
    after = source(count=1)
    after.template["resources"]["group"]["properties"]["removal_policies"] = [{"resource_list": ["0"]}]
    assert actions(after) == PASSED_ON | {"refs": "update"}


def test_a_hidden_parameter_of_a_nested_stack_is_masked() -> None:
    plan = plan_update(source(), source(secret="n3w"), SCHEMAS, STATUSES)
    assert "n3w" not in str(plan)
    assert "s3cret" not in str(plan)


def test_a_new_stack_and_the_end_of_one_are_planned_by_path() -> None:
    created = {item.name for item in plan_create(source()).resources}
    assert created == {path for path in STATUSES if not path.startswith("scaled/")}
    rows = [
        _row("group", "g-1", "web"),
        _row("0", "r-0", "g-1", parent="group"),
        _row("lost", "r-1", "unknown", parent="group"),
    ]
    assert list(by_path(rows)) == ["group", "group/0"]
    assert [item.name for item in plan_delete(rows).resources] == ["group", "group/0"]


def _row(name: str, physical_id: str, stack: str, parent: str = "") -> dict[str, Any]:
    return {
        "resource_name": name,
        "resource_type": RANDOM,
        "resource_status": "CREATE_COMPLETE",
        "physical_resource_id": physical_id,
        "links": [{"rel": "stack", "href": f"http://heat/stacks/name/{stack}"}],
        **({"parent_resource": parent} if parent else {}),
    }


def test_types_are_those_behind_aliases_and_in_nested_stacks() -> None:
    assert types_to_compare(source(), source()) == {*SCHEMAS}


@pytest.mark.parametrize(
    ("registry", "expected"),
    [
        ({}, "My::Server"),
        ({"My::Server": "OS::Nova::Server"}, "OS::Nova::Server"),
        ({"My::*": "OS::Nova::*"}, "OS::Nova::Server"),
        ({"My::*": "OS::Heat::None", "My::Server": "file:///a.yaml"}, "file:///a.yaml"),
        ({"My::Server": "A", "resources": {"web": {"My::Server": "B"}}}, "B"),
        ({"My::Server": "Our::Server", "Our::Server": "My::Server"}, "Our::Server"),
    ],
)
def test_the_environment_says_what_a_type_is(registry: dict[str, Any], expected: str) -> None:
    assert real_type(Source({}, registry=registry), Resource("web", "My::Server", {})) == expected


def test_lost_data_is_warned_of_unless_a_policy_keeps_it() -> None:
    after = source()
    after.template["resources"]["volume"]["properties"]["image"] = "debian"
    plan = plan_update(source(), after, SCHEMAS, STATUSES)
    sentence = "volume (OS::Cinder::Volume) is replaced because of image; what is on the volume is lost"
    assert data_losses(plan, source()) == [sentence]
    kept = source()
    kept.template["resources"]["volume"]["deletion_policy"] = "retain"
    assert data_losses(plan, kept) == []


def test_data_behind_another_name_of_the_type_is_warned_of() -> None:
    def named(image: str) -> Source:
        made = source()
        made.registry["Our::Disk"] = "OS::Cinder::Volume"
        made.template["resources"]["volume"] = {"type": "Our::Disk", "properties": {"size": 1, "image": image}}
        return made

    plan = plan_update(named("one"), named("two"), SCHEMAS, STATUSES)
    sentence = "volume (Our::Disk) is replaced because of image; what is on the volume is lost"
    assert data_losses(plan, named("one")) == [sentence]
