# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan says of each resource what Heat's update would do; each row is one edit."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._masks import MASK
from ansible_collections.heatdock.hosts.plugins.module_utils._plan import plan_create, plan_update
from ansible_collections.heatdock.hosts.plugins.module_utils._rows import statuses_of
from ansible_collections.heatdock.hosts.plugins.module_utils._sources import (
    kept_spelling,
    revealed,
    without_ports,
    without_servers,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source, inputs_tag

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._changes import StackPlan

SCHEMAS: dict[str, dict[str, Any]] = {
    "OS::Neutron::SecurityGroup": {
        "description": {"type": "string", "update_allowed": True},
        "rules": {
            "type": "list",
            "update_allowed": True,
            "default": [],
            "schema": {
                "*": {
                    "type": "map",
                    "schema": {
                        "direction": {"type": "string", "default": "ingress"},
                        "port": {"type": "integer"},
                        "remote_ip_prefix": {"type": "string"},
                    },
                }
            },
        },
    },
    "OS::Neutron::Port": {
        "network": {"type": "string", "update_allowed": False},
        "security_groups": {"type": "list", "update_allowed": True},
    },
    "OS::Neutron::FloatingIP": {
        "floating_network": {"type": "string", "update_allowed": False},
        "port_id": {"type": "string", "update_allowed": True},
    },
    "OS::Nova::Server": {
        "name": {"type": "string", "update_allowed": True},
        "image": {"type": "string", "update_allowed": True},
        "flavor": {"type": "string", "update_allowed": True},
        "key_name": {"type": "string", "update_allowed": False},
        "networks": {"type": "list", "update_allowed": True},
        "metadata": {"type": "map", "update_allowed": True},
        "user_data": {"type": "string", "update_allowed": True, "default": ""},
        "image_update_policy": {"type": "string", "update_allowed": True, "default": "REBUILD"},
        "flavor_update_policy": {"type": "string", "update_allowed": True, "default": "RESIZE"},
        "user_data_update_policy": {"type": "string", "update_allowed": True, "default": "REPLACE"},
    },
    "OS::Heat::WaitConditionHandle": {"signal_transport": {"type": "string", "update_allowed": False}},
    "OS::Heat::WaitCondition": {
        "handle": {"type": "string", "update_allowed": False},
        "timeout": {"type": "number", "update_allowed": True},
    },
}

TEMPLATE: dict[str, Any] = {
    "heat_template_version": "2018-08-31",
    "parameters": {
        "image": {"type": "string"},
        "flavor": {"type": "string", "default": "docker.small"},
        "key_name": {"type": "string", "default": "heatdock"},
        "network": {"type": "string", "default": "private"},
        "cidrs": {"type": "comma_delimited_list", "default": "10.0.0.0/8"},
        "timeout": {"type": "number", "default": 600},
        "script": {"type": "string", "default": "true", "hidden": True},
        "extra_group": {"type": "boolean", "default": False},
    },
    "conditions": {"extra": {"equals": [{"get_param": "extra_group"}, True]}},
    "resources": {
        "security_group": {
            "type": "OS::Neutron::SecurityGroup",
            "properties": {
                "rules": {
                    "repeat": {
                        "for_each": {"<%cidr%>": {"get_param": "cidrs"}},
                        "template": {"remote_ip_prefix": "<%cidr%>", "port": 22},
                    }
                }
            },
        },
        "extra_group": {"type": "OS::Neutron::SecurityGroup", "condition": "extra"},
        "port": {
            "type": "OS::Neutron::Port",
            "properties": {
                "network": {"get_param": "network"},
                "security_groups": [{"get_resource": "security_group"}],
            },
        },
        "floating_ip": {
            "type": "OS::Neutron::FloatingIP",
            "properties": {"floating_network": "public", "port_id": {"get_resource": "port"}},
        },
        "ready_handle": {"type": "OS::Heat::WaitConditionHandle"},
        "server": {
            "type": "OS::Nova::Server",
            "properties": {
                "name": {"get_param": "OS::stack_name"},
                "image": {"get_param": "image"},
                "flavor": {"get_param": "flavor"},
                "key_name": {"get_param": "key_name"},
                "networks": [{"port": {"get_resource": "port"}}],
                "image_update_policy": "REPLACE",
                "user_data_update_policy": "IGNORE",
                "user_data": {
                    "str_replace": {
                        "template": "run SCRIPT then ENDPOINT",
                        "params": {
                            "SCRIPT": {"get_param": "script"},
                            "ENDPOINT": {"get_attr": ["ready_handle", "endpoint"]},
                        },
                    }
                },
            },
        },
        "ready": {
            "type": "OS::Heat::WaitCondition",
            "depends_on": "server",
            "properties": {"handle": {"get_resource": "ready_handle"}, "timeout": {"get_param": "timeout"}},
        },
    },
    "outputs": {"address": {"value": {"get_attr": ["floating_ip", "floating_ip_address"]}}},
}


def source(template: dict[str, Any] | None = None, **parameters: Any) -> Source:
    return Source(template or TEMPLATE, {"image": "debian-13", **parameters}, stack_name="web1")


def edited(path: str, value: Any) -> dict[str, Any]:
    """Return the template with one value set, or removed when it is None."""
    template = copy.deepcopy(TEMPLATE)
    *parents, last = path.split("/")
    target: dict[str, Any] = template
    for key in parents:
        target = target.setdefault(key, {})
    if value is None:
        del target[last]
    else:
        target[last] = value
    return template


def actions(plan: StackPlan) -> dict[str, str]:
    return {item.name: item.action for item in plan.touched}


REPLACED_SERVER = {"server": "replace", "ready_handle": "replace", "ready": "replace"}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, {}),
        ({"flavor": "docker.small"}, {}),
        ({"cidrs": ["10.0.0.0/8"]}, {}),
        ({"timeout": "600"}, {}),
        ({"flavor": "docker.large"}, {"server": "update"}),
        ({"image": "debian-14"}, REPLACED_SERVER),
        ({"key_name": "other"}, REPLACED_SERVER),
        ({"cidrs": "10.0.0.0/8,192.0.2.0/24"}, {"security_group": "update"}),
        ({"cidrs": []}, {"security_group": "update"}),
        ({"timeout": 900}, {"ready": "update"}),
        ({"network": "other"}, {"port": "replace", "floating_ip": "update", "server": "update"}),
        ({"script": "false"}, {"server": "update"}),
        ({"extra_group": True}, {"extra_group": "create"}),
    ],
)
def test_a_changed_parameter_touches_what_uses_it(parameters: dict[str, Any], expected: dict[str, str]) -> None:
    assert actions(plan_update(source(), source(**parameters), SCHEMAS)) == expected


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("description", "words alone", {}),
        ("resources/security_group/description", "words of a resource", {"security_group": "none"}),
        ("resources/ready/depends_on", ["server"], {}),
        ("resources/ready/depends_on", ["server", "floating_ip"], {"ready": "update"}),
        ("resources/server/metadata", {"a": 1}, {"server": "update"}),
        ("resources/server/properties/flavor_update_policy", "RESIZE", {"server": "update"}),
        ("resources/floating_ip", None, {"floating_ip": "delete"}),
        ("resources/new", {"type": "OS::Heat::Value"}, {"new": "create"}),
        (
            "resources/ready_handle/type",
            "OS::Heat::SwiftSignalHandle",
            {"ready_handle": "replace", "ready": "replace", "server": "update"},
        ),
        ("resources/floating_ip/properties/floating_network", "other", {"floating_ip": "replace"}),
        (
            "resources/port/properties/replacement_policy",
            "REPLACE_ALWAYS",
            {"port": "replace", "floating_ip": "update", "server": "update"},
        ),
    ],
)
def test_a_changed_template_touches_what_differs(path: str, value: Any, expected: dict[str, str]) -> None:
    before = source()
    if expected == {"security_group": "none"}:
        before.template = edited("resources/security_group/properties/description", "fixed")
        after = source(copy.deepcopy(before.template))
        after.template["resources"]["security_group"]["description"] = value
        assert actions(plan_update(before, after, SCHEMAS)) == {}
        return
    plan = plan_update(before, source(edited(path, value)), SCHEMAS)
    assert actions(plan) == expected
    assert plan.inputs_changed


def test_a_condition_that_no_longer_holds_deletes_its_resource() -> None:
    assert actions(plan_update(source(extra_group=True), source(), SCHEMAS)) == {"extra_group": "delete"}


def test_a_replaced_server_renews_the_handle_it_signals_to() -> None:
    plan = plan_update(source(), source(image="debian-14"), SCHEMAS)
    assert plan.renewed == ["ready_handle"]
    assert plan.replaces_server


def test_the_property_that_forces_the_replacement_is_named() -> None:
    plan = plan_update(source(), source(image="debian-14"), SCHEMAS)
    server = next(item for item in plan.resources if item.name == "server")
    assert {change.name for change in server.properties if change.forces_replacement} == {"image"}


def test_first_boot_data_of_a_running_server_is_ignored_and_its_secret_masked() -> None:
    plan = plan_update(source(script="s3cret"), source(script="n3w"), SCHEMAS)
    change = plan.touched[0].properties[0]
    assert change.ignored
    assert not change.forces_replacement
    assert MASK in str(change.after)
    assert "n3w" not in str(change.after)
    assert "s3cret" not in str(change.before)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ({}, {}),
        ({"security_group": "UPDATE_FAILED"}, {"security_group": "update"}),
        ({"security_group": "CHECK_FAILED"}, {"security_group": "replace", "port": "update"}),
        ({"floating_ip": "INIT_COMPLETE"}, {"floating_ip": "create"}),
        ({"server": "UPDATE_FAILED"}, {"server": "update"}),
        ({"ready": "CREATE_IN_PROGRESS"}, {"ready": "replace"}),
        ({"ready": "CREATE_FAILED"}, REPLACED_SERVER),
    ],
)
def test_what_a_failure_left_behind_is_put_right(statuses: dict[str, str], expected: dict[str, str]) -> None:
    complete = dict.fromkeys(TEMPLATE["resources"], "CREATE_COMPLETE")
    assert actions(plan_update(source(), source(), SCHEMAS, complete | statuses)) == expected


def test_a_host_whose_first_boot_failed_gets_a_new_server_and_handle() -> None:
    complete = dict.fromkeys(TEMPLATE["resources"], "CREATE_COMPLETE")
    plan = plan_update(source(), source(), SCHEMAS, complete | {"ready": "UPDATE_FAILED"})
    assert plan.renewed == ["server", "ready_handle"]


def test_without_servers_leaves_what_can_be_without_them() -> None:
    template = edited("outputs/server", {"value": {"get_resource": "server"}})
    left = without_servers(source(template)).template
    assert set(left["resources"]) == {"security_group", "extra_group", "port", "floating_ip"}
    assert set(left["outputs"]) == {"address"}
    assert set(template["resources"]) == set(TEMPLATE["resources"])


def test_a_resource_that_failed_before_it_was_anything_is_given_up() -> None:
    rows = [
        {"resource_name": "server", "resource_status": "CREATE_FAILED", "physical_resource_id": ""},
        {"resource_name": "port", "resource_status": "UPDATE_FAILED", "physical_resource_id": "p-1"},
        {"resource_name": "0", "resource_status": "CREATE_FAILED", "parent_resource": "group"},
    ]
    assert statuses_of(rows) == {"server": "CHECK_FAILED", "port": "UPDATE_FAILED"}


def test_an_unset_property_equals_its_default() -> None:
    explicit = edited("resources/server/properties/flavor_update_policy", "RESIZE")
    plan = plan_update(source(), source(explicit), SCHEMAS)
    assert plan.touched[0].properties == []


def test_a_resource_s_description_that_serves_as_its_property_touches_it() -> None:
    after = source(edited("resources/security_group/description", "words"))
    assert actions(plan_update(source(), after, SCHEMAS)) == {"security_group": "update"}


def test_hidden_values_are_known_again_where_the_tag_proves_them() -> None:
    made = source(script="s3cret")
    made.parameter_defaults = {"inner": "d3fault"}
    stored = source(script="******")
    stored.parameter_defaults = {"inner": "******"}
    other = source(script="n3w")
    assert revealed(stored, made, [inputs_tag(made)]) == made
    assert revealed(stored, other, [inputs_tag(made)]) == stored


def test_a_floating_ip_is_taken_off_a_port_before_that_is_replaced() -> None:
    template = edited("parameters/hidden", {"type": "string", "hidden": True})
    before, after = source(template, hidden="******"), source(template, hidden="known", network="other")
    plan = plan_update(before, after, SCHEMAS)
    assert plan.detached == ["floating_ip"]
    assert plan_update(before, before, SCHEMAS).detached == []
    first = without_ports(before, after, plan.detached)
    assert first.parameters == {"image": "debian-13", "hidden": "known"}
    assert first.template["resources"]["floating_ip"]["properties"] == {"floating_network": "public"}
    assert before.template["resources"]["floating_ip"]["properties"]["port_id"]


def test_an_id_in_the_template_for_a_name_touches_but_does_not_replace() -> None:
    schemas = copy.deepcopy(SCHEMAS)
    schemas["OS::Neutron::Port"]["network"]["constraints"] = [{"custom_constraint": "neutron.network"}]
    after = source(edited("resources/port/properties/network", "n-1"))
    ids = {"neutron.network": {"private": "n-1"}}
    assert actions(plan_update(source(), after, schemas, ids=ids)) == {"port": "update"}
    assert actions(plan_update(source(), after, schemas))["port"] == "replace"


def test_a_new_stack_creates_each_enabled_resource() -> None:
    names = actions(plan_create(source()))
    assert set(names) == set(TEMPLATE["resources"]) - {"extra_group"}
    assert set(names.values()) == {"create"}


def test_another_spelling_of_the_same_image_is_kept() -> None:
    ids = {"image": {"debian-13": "9f1c"}}
    kept = kept_spelling(source(image="9f1c"), source(image="debian-13"), ids)
    assert kept.parameters["image"] == "9f1c"
    assert not plan_update(source(image="9f1c"), kept, SCHEMAS).changed


def test_the_inputs_tag_fits_heat_and_ignores_spelled_out_defaults() -> None:
    tag = inputs_tag(source())
    assert len(tag) == 80
    assert "," not in tag
    assert tag == inputs_tag(source(flavor="docker.small", cidrs=["10.0.0.0/8"], timeout="600"))
    assert tag != inputs_tag(source(flavor="docker.large"))
