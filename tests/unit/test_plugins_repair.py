# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was changed by hand is found, planned, and put back without an update, in a cloud in memory."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils import _repair, _servers
from ansible_collections.heatdock.hosts.plugins.module_utils._drift import NOTED
from ansible_collections.heatdock.hosts.plugins.module_utils._fleet import Fleet, Settings
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source, inputs_tag
from memory_cloud import HOST, TEMPLATE, MemoryCloud

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._host import Outcome

FAST = Settings(timeout=2, first_pause=0.01)
BEHIND = "it was changed behind Heat's back: "
LABELLED = copy.deepcopy(TEMPLATE)
LABELLED["parameters"]["label"] = {"type": "string", "default": "s3cret", "hidden": True}
LABELLED["resources"]["server"]["properties"]["metadata"] = {"label": {"get_param": "label"}}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> MemoryCloud:
    """Return a cloud with one host, whose server has metadata; and let no time pass."""
    monkeypatch.setattr(_repair, "PAUSE", 0.01)
    monkeypatch.setattr(_servers, "PAUSE", 0.01)
    made = MemoryCloud()
    Fleet(made, FAST).present([declared()])
    made.calls.clear()
    return made


def declared(name: str = "web1", **changes: Any) -> Source:
    return Source(LABELLED, {**HOST, **changes}, stack_name=name)


def item(cloud: MemoryCloud, name: str) -> str:
    return f"{cloud.named('web1').id}-{name}"


def checked(cloud: MemoryCloud, *, check: bool = False) -> list[tuple[str, str]]:
    settings = Settings(timeout=2, first_pause=0.01, check=check)
    [outcome] = Fleet(cloud, settings).checked(["web1"], [declared()])
    assert not outcome.error
    return [(entry["name"], entry["reason"]) for entry in outcome.drift or ()]


def present(cloud: MemoryCloud, source: Source | None = None, *, check: bool = False) -> Outcome:
    settings = Settings(timeout=2, first_pause=0.01, check=check)
    [outcome] = Fleet(cloud, settings).present([source or declared()])
    return outcome


def changes(outcome: Outcome) -> dict[str, list[str]]:
    return {resource.name: [change.name for change in resource.properties] for resource in outcome.plan.touched}


SPOILT: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "off its port": ("floating_ip", {"port_id": None}, "it is on no port", "port_id"),
    "without its group": ("port", {"security_groups": []}, "security group {group} was taken away", "security_groups"),
    "off": ("port", {"admin_state_up": False}, "it is switched off", "admin_state_up"),
    "renamed": ("server", {"name": "other"}, "its name is other", "name"),
    "relabelled": ("server", {"metadata": {"label": "x"}}, "metadata label was changed", "metadata"),
    "resized": ("server", {"flavor": {"id": "2"}}, "its flavor is docker.large, not docker.small", "flavor"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_change_by_hand_is_put_back_without_an_update(cloud: MemoryCloud, how: str) -> None:
    name, values, said, changed = SPOILT[how]
    cloud.live[item(cloud, name)] = dict(values)
    found = [(name, BEHIND + said.format(group=item(cloud, "security_group")))]
    assert checked(cloud, check=True) == found
    assert cloud.writes() == []
    assert checked(cloud) == found
    assert cloud.named("web1").marked == [], "an update of somebody else's makes nothing anew"
    cloud.calls.clear()
    foretold = present(cloud, check=True)
    assert changes(foretold) == {name: [changed]}
    assert cloud.writes() == []
    happened = present(cloud)
    assert (happened.plan, happened.action, happened.error) == (foretold.plan, "update", "")
    assert cloud.named("web1").given == [], "Heat was sent no update"
    assert present(cloud).action == "none"
    assert checked(cloud) == []


def test_the_plan_hides_secrets_on_both_sides(cloud: MemoryCloud) -> None:
    cloud.live[item(cloud, "server")] = {"metadata": {"label": "s3cret", "also": "s3cret"}}
    checked(cloud)
    [resource] = present(cloud, check=True).plan.touched
    assert "s3cret" not in str(resource)


def test_somebody_else_s_floating_ip_is_taken_off_before_the_host_s_own_is_put_on(cloud: MemoryCloud) -> None:
    cloud.live[item(cloud, "floating_ip")] = {"port_id": None}
    stranger = {"id": "f-9", "floating_ip_address": "203.0.113.9", "port_id": item(cloud, "port")}
    cloud.strangers["floatingips"] = [stranger]
    assert [name for name, _reason in checked(cloud)] == ["port", "floating_ip"]
    cloud.calls.clear()
    assert changes(present(cloud)) == {"port": ["floating_ips"], "floating_ip": ["port_id"]}
    put = [path for _service, method, path in cloud.calls if method == "PUT"]
    assert put == ["/floatingips/f-9", f"/floatingips/{item(cloud, 'floating_ip')}"]
    assert checked(cloud) == []


def test_what_is_changed_again_and_again_is_told(cloud: MemoryCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.live[item(cloud, "port")] = {"admin_state_up": False}
    checked(cloud)
    monkeypatch.setattr(_repair.Repair, "_put_back_port", lambda *_arguments: None)
    told = present(cloud).error
    assert "its port does not stay as it is put back (it is switched off); see who or what changes it" in told
    assert present(cloud, check=True).action == "update", "the note stays until it is put right"


def test_ports_are_unplugged_and_plugged(cloud: MemoryCloud) -> None:
    cloud.live[item(cloud, "port")] = {"device_id": ""}
    cloud.strangers["ports"] = [{"id": "p-9", "device_id": item(cloud, "server")}]
    [(name, reason)] = checked(cloud)
    assert (name, reason) == ("server", f"{BEHIND}port p-9 was added, port {item(cloud, 'port')} was taken away")
    assert not present(cloud).error
    assert checked(cloud) == []


def test_a_group_declared_by_name_is_known_by_its_id_and_the_project_s_own_goes_first(
    cloud: MemoryCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = [{"get_resource": "security_group"}, "web"]
    body = cloud.named("web1").body["template"]["resources"]
    for resources in (LABELLED["resources"], body):
        monkeypatch.setitem(resources["port"]["properties"], "security_groups", groups)
    theirs = {"id": "g-1", "name": "web", "project_id": "p-9"}
    cloud.strangers["security_groups"] = [theirs, {"id": "g-2", "name": "web", "project_id": "p-1"}]
    own = item(cloud, "security_group")
    cloud.live[item(cloud, "port")] = {"security_groups": ["g-2", own]}
    assert [entry for entry in checked(cloud) if entry[0] == "port"] == []
    cloud.live[item(cloud, "port")] = {"security_groups": [own]}
    assert ("port", f"{BEHIND}security group g-2 was taken away") in checked(cloud)
    assert not present(cloud).error
    assert cloud.live[item(cloud, "port")]["security_groups"] == ["g-2", own]


def test_what_a_resize_costs_is_told_before(cloud: MemoryCloud) -> None:
    cloud.live[item(cloud, "server")] = {"flavor": {"id": "2"}}
    checked(cloud)
    assert present(cloud, check=True).notes == ["server is resized back to docker.small, for which Nova restarts it"]


def test_a_resize_that_nobody_confirmed_is_taken_back(cloud: MemoryCloud) -> None:
    server = item(cloud, "server")
    cloud.live[server], cloud.power[server] = {"flavor": {"id": "2"}}, "VERIFY_RESIZE"
    assert [name for name, _reason in checked(cloud)] == ["server", "server"], "Heat names it, too"
    assert not present(cloud).error
    assert cloud.live[server] == {}
    assert cloud.power[server] == "ACTIVE"


def test_a_size_that_nova_refuses_is_told(cloud: MemoryCloud) -> None:
    cloud.live[item(cloud, "server")] = {"flavor": {"id": "2"}}
    cloud.too_large = {"1"}
    checked(cloud)
    assert "Nova could not resize its server to docker.small" in present(cloud).error
    assert present(cloud).action == "update", "the note stays until it is put right"


def test_what_somebody_put_right_meanwhile_only_loses_its_note(cloud: MemoryCloud) -> None:
    cloud.live[item(cloud, "port")] = {"admin_state_up": False}
    checked(cloud)
    cloud.live.clear()
    assert present(cloud, check=True).action == "none"
    assert present(cloud).action == "none"
    assert not any(reason.startswith(NOTED) for reason in cloud.named("web1").noted.values())
    cloud.calls.clear()
    present(cloud)
    assert cloud.writes() == []


def test_what_an_update_brings_about_itself_is_left_to_it(cloud: MemoryCloud) -> None:
    cloud.live[item(cloud, "server")] = {"flavor": {"id": "2"}, "name": "other"}
    checked(cloud)
    outcome = present(cloud, declared(flavor="docker.large"))
    assert changes(outcome) == {"server": ["flavor", "name"]}
    assert len(cloud.named("web1").given) == 1
    assert not any(path.endswith("/action") for _service, _method, path in cloud.calls)


def test_a_note_that_was_only_half_left_costs_nothing(cloud: MemoryCloud) -> None:
    cloud.live[item(cloud, "floating_ip")] = {"port_id": None}
    checked(cloud)
    stack = cloud.named("web1")
    stack.wrong = {"floating_ip": stack.noted.pop("floating_ip")}
    outcome = present(cloud)
    assert {resource.name: resource.action for resource in outcome.plan.touched} == {"floating_ip": "update"}
    assert stack.wrong == {}


def test_a_stack_updated_past_the_repository_is_found_and_updated_though_its_tag_is_the_same(
    cloud: MemoryCloud,
) -> None:
    stack = cloud.named("web1")
    stack.body["environment"]["parameters"] |= {"flavor": "docker.large", "label": "other"}
    assert inputs_tag(declared()) in str(stack.row()["tags"])
    assert present(cloud).action == "none", "one listing cannot tell"
    [(name, reason)] = checked(cloud)
    assert name == "web1"
    assert reason == (
        "its inputs are not what is declared: flavor is docker.large, declared is docker.small, label is another"
    )
    assert {resource.name for resource in present(cloud).plan.touched} == {"server"}
    assert cloud.named("web1").body["environment"]["parameters"]["flavor"] == "docker.small"
    assert checked(cloud) == []


def test_a_long_value_is_not_shown(cloud: MemoryCloud) -> None:
    cloud.named("web1").body["environment"]["parameters"]["image"] = "x" * 100
    assert checked(cloud)[0] == ("web1", "its inputs are not what is declared: image is another")


def test_a_template_of_other_content_is_named(cloud: MemoryCloud) -> None:
    cloud.named("web1").body["template"]["resources"]["server"]["properties"]["name"] = "fixed"
    assert checked(cloud)[0] == ("web1", "its inputs are not what is declared: the template is another")


def test_a_stack_without_the_tag_and_one_that_is_not_declared_are_drift(cloud: MemoryCloud) -> None:
    cloud.named("web1").body["tags"] = "theirs"
    cloud.add_declared(declared("web9"), ["heatdock"])
    outcomes = Fleet(cloud, FAST).checked(["web1"], [declared()], declared=["web1"])
    assert [(item.name, (item.drift or [{}])[0]["reason"]) for item in outcomes] == [
        ("web1", "it lacks the tag heatdock: it was made, or changed, by other means"),
        ("web9", "it is not declared"),
    ]
    assert cloud.writes() == []
