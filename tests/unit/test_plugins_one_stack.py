# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One stack of any template, over a cloud in memory; tests/scale has it on real Heat."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, StackError
from ansible_collections.heatdock.hosts.plugins.module_utils._host import Outcome
from ansible_collections.heatdock.hosts.plugins.module_utils._masks import secrets_of
from ansible_collections.heatdock.hosts.plugins.module_utils._one_stack import OneStack, Settings
from ansible_collections.heatdock.hosts.plugins.module_utils._stack_info import Wanted, read_stacks
from ansible_collections.heatdock.hosts.plugins.module_utils._stack_report import masked_outputs
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source, inputs_tag
from memory_cloud import MemoryCloud, declared


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> MemoryCloud:
    monkeypatch.setattr("ansible_collections.heatdock.hosts.plugins.module_utils._watch.FIRST_PAUSE", 0.001)
    monkeypatch.setattr("ansible_collections.heatdock.hosts.plugins.module_utils._watch.LONGEST_PAUSE", 0.001)
    return MemoryCloud()


def brought(cloud: MemoryCloud, source: Source, tags: list[str] | None = None, **settings: Any) -> Outcome:
    outcome = Outcome(source.stack_name)
    OneStack(cloud, Settings(**settings)).present(outcome, source, tags)
    return outcome


def test_a_stack_that_is_as_declared_costs_one_listing(cloud: MemoryCloud) -> None:
    assert brought(cloud, declared(), ["mine"]).action == "create"
    assert cloud.named("web1").row()["tags"] == [inputs_tag(declared()), "mine"]
    cloud.calls.clear()
    assert brought(cloud, declared(ready_timeout="900"), ["mine"]).action == "none"
    assert cloud.calls == [("orchestration", "GET", "/stacks")]


def test_tags_that_are_not_given_stay(cloud: MemoryCloud) -> None:
    cloud.add_declared(declared(), ["theirs"])
    assert brought(cloud, declared(), None).action == "none"
    assert brought(cloud, declared(ready_timeout=1000)).action == "update"
    assert "theirs" in cloud.named("web1").row()["tags"]


def test_check_mode_writes_nothing(cloud: MemoryCloud) -> None:
    assert brought(cloud, declared(), check=True).action == "create"
    cloud.add_declared(declared())
    assert brought(cloud, declared(image="debian-14"), check=True, adopt="always").action == "update"
    assert not cloud.writes()


def test_a_stack_made_elsewhere_is_taken_over_where_that_harms_nothing(cloud: MemoryCloud) -> None:
    cloud.add_declared(declared())
    with pytest.raises(HeatdockError, match=r'delete or replace "server"; choose another name, or say adopt='):
        brought(cloud, declared(image="debian-14"))
    with pytest.raises(HeatdockError, match="was made elsewhere and adopt is never"):
        brought(cloud, declared(ready_timeout=1000), adopt="never")
    assert not cloud.writes()
    taken = brought(cloud, declared(image="debian-14"), adopt="always")
    assert taken.notes == ["server (OS::Nova::Server) is replaced because of image; what is on its disk is lost"]


@pytest.mark.parametrize(
    ("tags", "status", "sentence"),
    [
        (["heatdock"], "CREATE_COMPLETE", "is a Docker host; work on it with heatdock.hosts.docker_hosts"),
        ([], "SUSPEND_COMPLETE", "is suspended; resume it with openstack stack resume first"),
    ],
)
def test_a_stack_that_is_not_to_be_touched_is_refused(
    cloud: MemoryCloud, tags: list[str], status: str, sentence: str
) -> None:
    cloud.add_declared(declared(), tags, status)
    with pytest.raises(HeatdockError, match=sentence):
        brought(cloud, declared(ready_timeout=1000))
    assert not cloud.writes()


def test_an_immutable_parameter_is_refused_before(cloud: MemoryCloud) -> None:
    source = declared()
    parameters = source.template["parameters"]
    source.template = {
        **source.template,
        "parameters": parameters | {"ready_timeout": {"type": "number", "immutable": True}},
    }
    cloud.add_declared(Source(source.template, source.parameters | {"ready_timeout": 900}, stack_name="web1"))
    with pytest.raises(HeatdockError, match="parameter ready_timeout is immutable and differs"):
        brought(cloud, Source(source.template, source.parameters | {"ready_timeout": 901}, stack_name="web1"))


def test_all_that_is_wrong_is_told_at_once(cloud: MemoryCloud) -> None:
    with pytest.raises(HeatdockError) as error:
        brought(cloud, declared(imge="a"), ["heatdock", "a,b", "x" * 81])
    assert [sentence.partition(" ")[0] for sentence in str(error.value).split("; ") if "tag" in sentence] == ["tag"] * 3
    assert 'no parameter "imge"' in str(error.value)
    assert not cloud.calls


def test_a_failed_creation_is_kept_when_asked(cloud: MemoryCloud) -> None:
    cloud.fail_create["web1"] = ("server", "No valid host was found")
    with pytest.raises(
        StackError, match=r"server \(OS::Nova::Server\) failed: No valid host was found; its stack is kept"
    ):
        brought(cloud, declared(), keep_failed=True)
    assert cloud.named("web1").status == "CREATE_FAILED"


def test_a_stack_is_deleted_or_was_not_there(cloud: MemoryCloud) -> None:
    cloud.add_declared(declared())
    for expected in ("delete", "none"):
        outcome = Outcome("web1")
        OneStack(cloud, Settings()).absent(outcome)
        assert outcome.action == expected
    assert not cloud.stacks


def test_settings_that_cannot_work_are_refused() -> None:
    with pytest.raises(HeatdockError, match="max_wait is 0; give 1 or more"):
        Settings(max_wait=0)


def test_outputs_made_of_hidden_parameters_are_masked() -> None:
    template = {
        "parameters": {"key": {"type": "json", "hidden": True, "default": {"a": "s3cret"}}, "open": {"type": "string"}},
        "outputs": {
            "key": {"value": {"list_join": ["", [{"get_param": ["key", "a"]}]]}},
            "open": {"value": {"get_param": "open"}},
        },
    }
    stack = {"outputs": [{"output_key": name, "output_value": "value"} for name in ("key", "open")]}
    assert masked_outputs(stack, template) == {"key": "********", "open": "value"}
    assert secrets_of(Source(template, {"key": "[", "open": "a"})) == {"[", "s3cret"}
    assert secrets_of(Source(template, {"key": {"pin": 48151623, "on": True}})) == {"48151623", "s3cret"}


def test_stacks_are_read_and_nothing_is_written(cloud: MemoryCloud) -> None:
    made = cloud.add_declared(declared(), ["mine"])
    cloud.add_declared(declared("web2"))
    assert [stack["name"] for stack in read_stacks(cloud, Wanted())] == ["web1", "web2"]
    (stack,) = read_stacks(cloud, Wanted(name=made.id, resources=True))
    assert {item["name"] for item in stack["resources"]} >= {"server", "port"}
    assert [stack["name"] for stack in read_stacks(cloud, Wanted(tags=["mine"]))] == ["web1"]
    assert not cloud.writes()
