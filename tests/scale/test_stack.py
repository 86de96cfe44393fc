# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module `stack` and its reader on real stacks."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.scale import modules
from tests.scale.api_log import ApiLog
from tests.scale.cloud import ACCESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scale.modules import Result

TEMPLATES = Path(__file__).parent / "templates"
PREFIX = "stk-module-"
MASK = "********"


class Stack:
    """One stack of a test, worked on by the module."""

    def __init__(self, cloud: Any, name: str) -> None:
        """Take a session of the lab's user, and the stack's name."""
        self.cloud = cloud
        self.name = PREFIX + name

    def run(self, template: str | Path = "general.yaml", *, check: bool = False, **options: Any) -> Result:
        """Have the module bring it about."""
        arguments = {**ACCESS, "name": self.name, "template": str(TEMPLATES / template), **options}
        return modules.run("stack", arguments, check=check, diff=True)

    def made(self, template: str | Path = "general.yaml", **options: Any) -> dict[str, Any]:
        """Have the module bring it about, and return what it tells."""
        result = self.run(template, **options)
        assert not result.failed, result.message
        return result.returned

    def found(self) -> Any:
        """Read it by the SDK; None when it is not there."""
        return self.cloud.orchestration.find_stack(self.name)

    def add(self, template: str, tags: str = "", **parameters: Any) -> None:
        """Make it without the module."""
        read = yaml.safe_load((TEMPLATES / template).read_text())
        more = {"tags": tags} if tags else {}
        stack = self.cloud.orchestration.create_stack(name=self.name, template=read, parameters=parameters, **more)
        self.cloud.orchestration.wait_for_status(stack, "CREATE_COMPLETE", interval=1, wait=60)


@pytest.fixture
def stack(cloud: Any, request: pytest.FixtureRequest) -> Iterator[Stack]:
    """Return a stack of the test's own, which is gone afterwards."""
    made = Stack(cloud, request.function.__name__.removeprefix("test_").replace("_", "-"))
    yield made
    modules.run("stack", {**ACCESS, "name": made.name, "state": "absent"})


def actions(returned: dict[str, Any]) -> dict[str, str]:
    return {item["name"]: item["action"] for item in returned["plan"]}


def writes(log: ApiLog, name: str) -> list[Any]:
    """Return what was asked of a stack of that name alone: other tests may be at work in the project."""
    return [request for request in log.writes if name in request.path]


def test_a_stack_is_made_left_alone_and_changed_in_place(stack: Stack) -> None:
    made = stack.made(parameters={"secret": "first"}, tags=["one", "two"])
    assert made["changed"]
    assert made["action"] == "create"
    assert made["status"] == "CREATE_COMPLETE"
    assert made["outputs"] == {"text": "one", "guarded": MASK}
    assert {item["name"] for item in made["resources"]} == set(actions(made))
    assert all(item["physical_id"] for item in made["resources"])

    with ApiLog(stack.cloud) as log:
        again = stack.made(parameters={"secret": "first", "text": "one"}, tags=["two", "one"])
    assert not again["changed"]
    assert again["plan"] == []
    assert again["outputs"] == made["outputs"]
    assert not writes(log, stack.name)
    assert stack.found().updated_at is None

    with ApiLog(stack.cloud) as log:
        checked = stack.made(parameters={"secret": "second", "text": "two"}, check=True)
    assert not writes(log, stack.name)
    assert stack.found().updated_at is None
    changed = stack.made(parameters={"secret": "second", "text": "two"})
    for result in (checked, changed):
        assert result["changed"]
        assert actions(result) == {"plain": "update", "guarded": "update"}
        assert "second" not in str(result)
        assert "first" not in str(result)
        plain = next(item for item in result["plan"] if item["name"] == "plain")
        assert [(item["name"], item["before"], item["after"]) for item in plain["properties"]] == [
            ("value", "one", "two")
        ]
    assert changed["outputs"]["text"] == "two"
    assert {tag for tag in stack.found().tags if not tag.startswith("heatdock-inputs-")} == {"one", "two"}


def test_tags_alone_are_changed_and_removed(stack: Stack) -> None:
    stack.made("behaviour.yaml", tags=["one"])
    changed = stack.made("behaviour.yaml", tags=["other"])
    assert changed["changed"]
    assert set(actions(changed).values()) == {"update"}
    assert "- other" in changed["diff"][0]["after"]
    assert stack.made("behaviour.yaml", tags=[])["changed"]
    assert not stack.made("behaviour.yaml", tags=[])["changed"]


def test_a_replaced_server_is_warned_of_with_what_forces_it(stack: Stack) -> None:
    stack.made("server.yaml", parameters={"image": "debian-13"})
    changed = stack.made("server.yaml", parameters={"image": "debian-13-docker"}, check=True)
    assert actions(changed) == {"server": "replace"}
    sentence = "server (OS::Nova::Server) is replaced because of image; what is on its disk is lost"
    assert changed["notes"] == [sentence]
    assert any(sentence in str(warning) for warning in changed["warnings"])
    assert "image (forces the replacement): debian-13-docker" in changed["diff"][0]["after"]


def test_an_id_for_a_name_changes_nothing(stack: Stack) -> None:
    stack.made("server.yaml", parameters={"image": "debian-13"})
    image = stack.cloud.image.find_image("debian-13").id
    with ApiLog(stack.cloud) as log:
        assert not stack.made("server.yaml", parameters={"image": image})["changed"]
    assert not writes(log, stack.name)


def test_a_failed_creation_names_the_deepest_resource_and_leaves_nothing(stack: Stack) -> None:
    failed = stack.run("behaviour.yaml", parameters={"fail": True})
    assert failed.failed
    assert (
        "nested/0 (OS::Heat::TestResource) failed: ValueError: resources[0]: Test Resource failed 0" in failed.message
    )
    assert "nothing is left" in failed.message
    assert any(
        event["resource"] == "nested/0" and event["status"] == "CREATE_FAILED" for event in failed.returned["events"]
    )
    assert stack.found() is None


def test_a_failed_creation_is_kept_when_asked_and_gone_on_from(stack: Stack) -> None:
    failed = stack.run("behaviour.yaml", parameters={"fail": True}, keep_failed=True)
    assert "is kept" in failed.message
    assert stack.found().status == "CREATE_FAILED"
    before = stack.found().id
    assert stack.made("behaviour.yaml")["status"] == "UPDATE_COMPLETE"
    assert stack.found().id == before


def test_a_creation_that_takes_too_long_is_an_error_and_leaves_nothing(stack: Stack) -> None:
    failed = stack.run("behaviour.yaml", parameters={"seconds": 300}, max_wait=20)
    assert failed.failed
    assert "still CREATE_IN_PROGRESS after 20 s (at work on 0, nested)" in failed.message
    assert failed.returned["events"]
    assert stack.found() is None


def test_a_creation_that_heat_itself_gives_up_is_told(stack: Stack) -> None:
    failed = stack.run("behaviour.yaml", parameters={"seconds": 300}, timeout=60, max_wait=300, keep_failed=True)
    assert failed.failed
    # Heat aborts the group, or what is in it, whichever it comes to first
    deepest = re.search(
        r": (nested|nested/0) \(OS::Heat::(ResourceGroup|TestResource)\) failed: CREATE abort", failed.message
    )
    assert deepest, failed.message
    assert "Timed out" in failed.message
    assert failed.returned["status"] == "CREATE_FAILED"
    assert failed.returned["events"]


def test_an_update_that_takes_longer_is_waited_for_by_the_next_run(stack: Stack) -> None:
    stack.made("behaviour.yaml")
    slow = {"value": "two", "seconds": 15}
    failed = stack.run("behaviour.yaml", parameters=slow, max_wait=4)
    assert "still UPDATE_IN_PROGRESS after 4 s" in failed.message
    assert "Heat goes on with it" in failed.message
    assert not stack.made("behaviour.yaml", parameters=slow)["changed"]
    assert stack.found().status == "UPDATE_COMPLETE"


def test_a_failed_update_is_rolled_back_when_asked(stack: Stack) -> None:
    stack.made("behaviour.yaml", tags=["one"])
    failed = stack.run("behaviour.yaml", parameters={"fail": True, "value": "two"}, rollback=True, tags=["one"])
    assert failed.failed
    assert (
        "nested/0 (OS::Heat::TestResource) failed: ValueError: resources[0]: Test Resource failed 0" in failed.message
    )
    assert "Heat rolled the update back, the stack is as it was before" in failed.message
    assert failed.returned["status"] == "ROLLBACK_COMPLETE"
    assert failed.returned["events"]
    again = stack.made("behaviour.yaml", tags=["one"])
    assert again["outputs"] == {"value": "one"}


def test_a_failed_update_is_gone_on_from(stack: Stack) -> None:
    stack.made("behaviour.yaml")
    failed = stack.run("behaviour.yaml", parameters={"fail": True, "value": "two"})
    assert (
        "nested/0 (OS::Heat::TestResource) failed: ValueError: resources[0]: Test Resource failed 0" in failed.message
    )
    assert failed.returned["status"] == "UPDATE_FAILED"
    assert stack.made("behaviour.yaml", parameters={"value": "two"})["outputs"] == {"value": "two"}
    assert not stack.made("behaviour.yaml", parameters={"value": "two"})["changed"]


def test_a_stack_made_elsewhere_is_taken_over_as_the_user_wants(stack: Stack) -> None:
    stack.add("general.yaml", tags="theirs")
    secret = {"secret": "first secret"}
    refused = stack.run(parameters={"length": 9, **secret})
    assert 'would delete or replace "random"; choose another name, or say adopt=always' in refused.message
    refused = stack.run(parameters={"text": "two", **secret}, adopt="never")
    assert "was made elsewhere and adopt is never" in refused.message
    assert stack.found().updated_at is None
    taken = stack.made(parameters={"text": "two", **secret})
    assert actions(taken)["plain"] == "update"
    assert "theirs" in stack.found().tags
    assert not stack.made(parameters={"text": "two", **secret})["changed"]


def test_a_stack_made_elsewhere_as_declared_is_left_as_it_is(stack: Stack) -> None:
    stack.add("behaviour.yaml")
    with ApiLog(stack.cloud) as log:
        assert not stack.made("behaviour.yaml", adopt="never")["changed"]
    assert not writes(log, stack.name)


def test_a_docker_host_is_refused(stack: Stack) -> None:
    stack.add("behaviour.yaml", tags="heatdock")
    assert "is a Docker host; work on it with heatdock.hosts.docker_hosts" in stack.run("behaviour.yaml").message


def test_a_stack_is_deleted_once(stack: Stack) -> None:
    stack.made("behaviour.yaml")
    absent = {**ACCESS, "name": stack.name, "state": "absent"}
    checked = modules.run("stack", absent, check=True).returned
    assert actions(checked) == {"before": "delete", "nested": "delete", "nested/0": "delete"}
    assert stack.found() is not None
    assert modules.run("stack", absent).returned["changed"]
    assert stack.found() is None
    assert not modules.run("stack", absent).returned["changed"]


def test_environments_and_nested_files_are_read_wherever_they_lie(stack: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    shutil.copytree(TEMPLATES / "nested", folder)

    def files(where: Path) -> dict[str, Any]:
        return {
            "template": str(where / "parent.yaml"),
            "environments": [str(where / "environment.yaml"), str(where / "more.yaml")],
        }

    made = stack.made(**files(TEMPLATES / "nested"))
    assert made["outputs"] == {"text": "from the second environment"}
    assert {"first/grandchild/plain", "second/random"} <= {item["name"] for item in made["resources"]}
    assert not stack.made(**files(folder))["changed"]
    changed = stack.made(**files(folder), parameters={"text": "given"})
    assert changed["outputs"] == {"text": "given"}
    assert actions(changed)["first/plain"] == "update"
    (folder / "text.txt").write_text("other")
    assert actions(stack.made(**files(folder), parameters={"text": "given"}))["file"] == "update"


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "unknown parameter": ({"parameters": {"txt": "a"}}, 'the template has no parameter "txt"; closest is "text"'),
    "wrong type": ({"parameters": {"length": "many"}}, 'length "many" is not a number; correct it'),
    "missing file": (
        {"template": "/nowhere.yaml"},
        "template /nowhere.yaml cannot be read (No such file or directory)",
    ),
    "missing parameter": ({"template": str(TEMPLATES / "server.yaml")}, "image is missing; give a value"),
    "unknown name": (
        {"template": str(TEMPLATES / "server.yaml"), "parameters": {"image": "debian-31"}},
        'image "debian-31" not found',
    ),
    "reserved tag": ({"tags": ["heatdock"]}, 'tag "heatdock" is reserved'),
    "tag with a comma": ({"tags": ["a,b"]}, 'tag "a,b" has a comma or is empty'),
    "no time": ({"timeout": 0}, "timeout is 0; give 1 or more"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_before_anything_is_written(cloud: Any, case: str) -> None:
    options, sentence = BAD[case]
    name = f"{PREFIX}bad"
    with ApiLog(cloud) as log:
        result = modules.run("stack", {**ACCESS, "name": name, "template": str(TEMPLATES / "general.yaml"), **options})
    assert result.failed
    assert f"stack {name}: " in result.message
    assert sentence in result.message
    assert not writes(log, name)
    assert cloud.orchestration.find_stack(name) is None


def test_stacks_are_read_by_name_id_and_tags(stack: Stack) -> None:
    made = stack.made(tags=["stk-read"], parameters={"secret": "s3cret"})
    for selection in ({"name": stack.name}, {"name": made["stack_id"]}, {"tags": ["stk-read"]}):
        result = modules.run("stack_info", {**ACCESS, **selection}, check=True).returned
        assert not result["changed"]
        assert [item["id"] for item in result["stacks"]] == [made["stack_id"]]
        assert result["stacks"][0]["outputs"] == {"text": "one", "guarded": MASK}
    everything = {"name": stack.name, "resources": True, "events": 5, "inputs": True, "reveal_hidden": True}
    (read,) = modules.run("stack_info", {**ACCESS, **everything}).returned["stacks"]
    assert read["resources"] == made["resources"]
    assert [event["status"] for event in read["events"]][-1] == "CREATE_COMPLETE"
    assert read["template"]["resources"]["plain"]["type"] == "OS::Heat::TestResource"
    assert read["parameters"]["secret"] == "******"
    assert read["outputs"]["guarded"] == "s3cret"
    assert stack.name in {item["name"] for item in modules.run("stack_info", ACCESS).returned["stacks"]}
    assert modules.run("stack_info", {**ACCESS, "name": f"{PREFIX}none"}).returned["stacks"] == []
