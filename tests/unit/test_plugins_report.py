# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results and diffs say what the plan says, and no secret."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import yaml
from ansible_collections.heatdock.hosts.plugins.module_utils._fleet import Fleet, Settings
from ansible_collections.heatdock.hosts.plugins.module_utils._masks import MASK
from ansible_collections.heatdock.hosts.plugins.module_utils._report import result_of
from memory_cloud import MemoryCloud, declared

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source

FAST = Settings(timeout=60, first_pause=0.001)


def run(cloud: MemoryCloud, *sources: Source) -> dict[str, Any]:
    return result_of(Fleet(cloud, FAST).present(sources), diff=True)


def with_secret(value: str, **changes: Any) -> Source:
    source = declared(**changes)
    source.template = copy.deepcopy(source.template)
    source.template["parameters"]["secret"] = {"type": "string", "hidden": True}
    source.template["resources"]["server"]["properties"]["user_data"] = {
        "str_replace": {"template": "#!/bin/sh\nuse SECRET\n", "params": {"SECRET": {"get_param": "secret"}}}
    }
    source.parameters["secret"] = value
    return source


def test_a_fleet_as_declared_has_no_diff() -> None:
    cloud = MemoryCloud()
    run(cloud, declared())
    result = run(cloud, declared())
    assert result["changed"] is False
    assert result["diff"] == []
    assert result["hosts"]["web1"] == {
        "action": "none",
        "stack_id": cloud.named("web1").id,
        "status": "CREATE_COMPLETE",
        "resources": [],
        "notes": [],
    }


def test_a_created_host_returns_its_outputs() -> None:
    result = run(MemoryCloud(), declared())
    assert result["changed"] is True
    assert result["hosts"]["web1"]["outputs"] == {"address": "203.0.113.5"}
    assert result["diff"][0]["before"] == ""


def test_a_diff_shows_the_properties_that_differ_and_what_they_do() -> None:
    cloud = MemoryCloud()
    run(cloud, declared())
    result = run(cloud, declared(image="debian-14"))
    [diff] = result["diff"]
    assert diff["after_header"] == "host web1 (replace)"
    before, after = yaml.safe_load(diff["before"]), yaml.safe_load(diff["after"])
    assert before["resources"]["server"]["image (forces the replacement)"] == "debian-13"
    assert after["resources"]["server"]["image (forces the replacement)"] == "debian-14"
    assert after["resources"]["server"]["action"] == "replace"
    assert "security_group" not in after["resources"]


def test_long_texts_are_shown_line_by_line() -> None:
    result = run(MemoryCloud(), with_secret("s3cret-one"))
    assert result["hosts"]["web1"]["action"] == "create"
    cloud = MemoryCloud()
    run(cloud, declared())
    [diff] = run(cloud, with_secret("s3cret-one"))["diff"]
    assert "\n      use " in diff["after"]


def test_long_texts_are_abridged_outside_of_a_diff() -> None:
    cloud = MemoryCloud()
    run(cloud, declared(flavor="docker.small"))
    long = with_secret("s3cret-one")
    long.template["resources"]["server"]["properties"]["user_data"] = "x" * 9999
    [resource] = run(cloud, long)["hosts"]["web1"]["resources"]
    assert resource["properties"][0]["after"].startswith("(9999 characters, SHA-256 ")


def test_secrets_are_in_no_result() -> None:
    cloud = MemoryCloud()
    first = run(cloud, with_secret("s3cret-one"))
    second = run(cloud, with_secret("s3cret-two"))
    third = run(cloud, declared())
    for result in (first, second, third):
        assert result["diff"]
        assert "s3cret" not in repr(result)
    assert MASK in second["diff"][0]["after"]


ENVIRONMENTS: list[dict[str, Any]] = [
    {"PIN": 48151623, "SHORT": "~z~", "ONE": 1, "LETTER": "a", "NESTED": [2.25, {"DEEP": False}]},
    {"PIN": 48151624, "SHORT": "~y~", "ONE": 2, "LETTER": "b", "NESTED": [3.75, {"DEEP": True}]},
]


def with_environment(environment: dict[str, Any]) -> Source:
    """Declare a host whose hidden map is in its user data as our template has it, and whose values as others may."""
    source = declared()
    source.template = copy.deepcopy(source.template)
    source.template["parameters"]["environment"] = {"type": "json", "hidden": True}
    endpoint = {"get_attr": ["ready_handle", "endpoint"]}
    merged = {"map_merge": [{"TZ": "a"}, {"get_param": "environment"}]}
    source.template["resources"]["server"]["properties"] |= {
        "user_data": {"str_replace": {"template": "AT a SETTINGS", "params": {"AT": endpoint, "SETTINGS": merged}}},
        "metadata": {"text": {"list_join": [" ", ["a 1", {"get_param": ["environment", "SHORT"]}]]}},
        "tags": [{"get_param": ["environment", "ONE"]}, "1"],
    }
    source.parameters["environment"] = environment
    return source


def test_nothing_of_a_hidden_map_is_shown_and_nothing_else_is_masked() -> None:
    cloud = MemoryCloud()
    run(cloud, with_environment(ENVIRONMENTS[0]))
    result = run(cloud, with_environment(ENVIRONMENTS[1]))
    server = next(item for item in result["hosts"]["web1"]["resources"] if item["name"] == "server")
    changes = {change["name"]: change["after"] for change in server["properties"]}
    masked = dict.fromkeys(ENVIRONMENTS[1], MASK) | {"NESTED": [MASK, {"DEEP": MASK}]}
    call = changes["user_data"]["str_replace"]
    assert call["template"] == "AT a SETTINGS"
    assert call["params"]["SETTINGS"] == {"TZ": "a", **masked}
    assert changes["metadata"] == {"text": f"a 1 {MASK}"}
    assert changes["tags"] == [MASK, "1"]
    assert not [text for text in ("4815162", "~z~", "~y~", "3.75") if text in repr(result)]


def test_a_secret_that_stays_the_same_is_no_difference() -> None:
    cloud = MemoryCloud()
    run(cloud, with_secret("s3cret-one"))
    [resource] = run(cloud, with_secret("s3cret-one", flavor="docker.large"))["hosts"]["web1"]["resources"]
    assert [change["name"] for change in resource["properties"]] == ["flavor"]


def test_a_secret_that_changes_is_a_difference() -> None:
    cloud = MemoryCloud()
    run(cloud, with_secret("s3cret-one"))
    [resource] = run(cloud, with_secret("s3cret-two", flavor="docker.large"))["hosts"]["web1"]["resources"]
    assert {change["name"] for change in resource["properties"]} == {"flavor", "user_data"}


def test_a_failed_host_keeps_its_plan_and_says_why() -> None:
    cloud = MemoryCloud()
    cloud.fail_create["web1"] = ("server", "Quota exceeded for cores")
    result = run(cloud, declared())
    assert result["hosts"]["web1"]["action"] == "create"
    assert "Quota exceeded for cores" in result["hosts"]["web1"]["error"]
    assert result["hosts"]["web1"]["status"] is None
