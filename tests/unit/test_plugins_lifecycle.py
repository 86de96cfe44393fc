# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""States of a fleet beside present and absent, and other controllers, in a cloud in memory (memory_cloud.py)."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils import _stacks
from ansible_collections.heatdock.hosts.plugins.module_utils._drift import GONE, RENEWED
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._fleet import Fleet, Settings
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat
from ansible_collections.heatdock.hosts.plugins.module_utils._report import result_of
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source, inputs_tag
from memory_cloud import FOREVER, RULES, TEMPLATE, MemoryCloud, declared

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._host import Outcome

LISTING = ("orchestration", "GET", "/stacks")
FAST = Settings(timeout=30, first_pause=0.01)


@pytest.fixture
def cloud() -> MemoryCloud:
    """Return an empty cloud."""
    return MemoryCloud()


def fleet(cloud: MemoryCloud, **settings: Any) -> Fleet:
    return Fleet(cloud, replace(FAST, **settings))


def made(cloud: MemoryCloud, *names: str) -> None:
    """Make hosts, and forget how."""
    fleet(cloud).present([declared(name) for name in names or ("web1",)])
    cloud.calls.clear()


def the(outcomes: list[Outcome]) -> Outcome:
    [outcome] = outcomes
    return outcome


def actions(outcome: Outcome) -> dict[str, str]:
    return {item.name: item.action for item in outcome.plan.touched}


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("start", "SHUTOFF", "ACTIVE"),
        ("start", "PAUSED", "ACTIVE"),
        ("stop", "ACTIVE", "SHUTOFF"),
        ("restart", "ACTIVE", "ACTIVE"),
        ("restart", "SHUTOFF", "ACTIVE"),
    ],
)
def test_power_is_switched_as_check_mode_foretells(cloud: MemoryCloud, action: str, before: str, after: str) -> None:
    made(cloud)
    server = f"{cloud.named('web1').id}-server"
    cloud.power[server] = before
    foretold = the(fleet(cloud, check=True).power(["web1"], action))
    assert cloud.writes() == []
    happened = the(fleet(cloud).power(["web1"], action))
    assert not happened.error
    assert (foretold.action, foretold.plan) == (happened.action, happened.plan) == (action, happened.plan)
    assert [change.before for item in happened.plan.touched for change in item.properties] == [before]
    assert cloud.power[server] == after
    assert [path for _service, _method, path in cloud.writes()] == [f"/servers/{server}/action"]


@pytest.mark.parametrize(("action", "status"), [("start", "ACTIVE"), ("stop", "SHUTOFF")])
def test_power_that_is_as_wanted_changes_nothing(cloud: MemoryCloud, action: str, status: str) -> None:
    made(cloud)
    cloud.power[f"{cloud.named('web1').id}-server"] = status
    assert the(fleet(cloud).power(["web1"], action)).action == "none"
    assert cloud.writes() == []


@pytest.mark.parametrize(
    ("action", "status", "sentence"),
    [
        ("stop", "RESCUE", 'its server is "RESCUE", and a host can be stopped out of ACTIVE, SHUTOFF; bring it there'),
        ("start", "ERROR", "its server is in ERROR (no reason given); make it anew with state=replaced"),
    ],
)
def test_power_says_what_it_cannot_do(cloud: MemoryCloud, action: str, status: str, sentence: str) -> None:
    made(cloud)
    cloud.power[f"{cloud.named('web1').id}-server"] = status
    assert sentence in the(fleet(cloud).power(["web1"], action)).error
    assert cloud.writes() == []


def test_power_of_a_host_that_is_not_there_is_its_error_alone(cloud: MemoryCloud) -> None:
    made(cloud)
    missing, there = fleet(cloud).power(["web0", "web1"], "stop")
    assert missing.error == "host web0: does not exist; make it with state=present"
    assert there.action == "stop"


def test_power_leaves_a_stack_that_is_not_ours_alone(cloud: MemoryCloud) -> None:
    cloud.add_declared(declared())
    with pytest.raises(HeatdockError, match="without the tag heatdock"):
        fleet(cloud).power(["web1"], "stop")


def test_a_server_deleted_behind_our_back_cannot_be_started_and_says_what_helps(cloud: MemoryCloud) -> None:
    made(cloud)
    cloud.gone.add(f"{cloud.named('web1').id}-server")
    assert "its server was deleted behind Heat's back" in the(fleet(cloud).power(["web1"], "start")).error


def test_a_suspended_stack_is_resumed_by_heat_and_not_updated(cloud: MemoryCloud) -> None:
    made(cloud)
    cloud.named("web1").status = "SUSPEND_COMPLETE"
    assert the(fleet(cloud).present([declared()])).action == "none"
    assert "resume it with state=started" in the(fleet(cloud).present([declared(flavor="docker.large")])).error
    assert "suspended by Heat" in the(fleet(cloud).power(["web1"], "stop")).error
    assert cloud.writes() == []
    outcome = the(fleet(cloud).power(["web1"], "start"))
    assert (outcome.action, outcome.stack["stack_status"]) == ("start", "RESUME_COMPLETE")


def test_a_replaced_host_gets_a_new_server_and_a_handle_of_its_own(cloud: MemoryCloud) -> None:
    made(cloud)
    foretold = the(fleet(cloud, check=True).present([declared()], new_servers=True))
    assert cloud.writes() == []
    outcome = the(fleet(cloud).present([declared()], new_servers=True))
    assert outcome.plan == foretold.plan
    assert outcome.action == "replace"
    assert actions(outcome) == {"server": "replace", "ready_handle": "replace", "ready": "replace"}
    assert outcome.notes == ["server (OS::Nova::Server) is replaced; what is on its disk is lost"]
    assert sorted(cloud.named("web1").marked) == ["ready_handle", "server"]
    assert "what is on its disk is lost" in result_of([outcome], diff=True)["diff"][0]["after"]


def test_marks_of_an_update_that_was_never_sent_replace_nothing_later(cloud: MemoryCloud) -> None:
    made(cloud)
    cloud.named("web1").wrong = {"server": RENEWED, "ready_handle": RENEWED}
    outcome = the(fleet(cloud).present([declared(flavor="docker.large")]))
    assert actions(outcome) == {"server": "update"}
    healed = [path for _service, method, path in cloud.calls if method == "PATCH"]
    assert [path.rpartition("/")[2] for path in healed] == ["ready_handle", "server"]


def test_a_check_finds_what_heat_and_what_neutron_know_to_be_gone(cloud: MemoryCloud) -> None:
    made(cloud, "web1", "web2")
    stack = cloud.named("web1")
    cloud.gone |= {f"{stack.id}-server", f"{stack.id}-port"}
    broken, well = fleet(cloud).checked(["web1", "web2"])
    assert [(item["name"], item["reason"], item["cuts_off"]) for item in broken.drift or ()] == [
        ("port", GONE, True),
        ("server", "Instance could not be found", True),
    ]
    assert (broken.action, broken.error, well.drift) == ("none", "", [])
    told = result_of([broken, well], diff=False)
    assert told["changed"] is False
    assert (told["hosts"]["web1"]["drift"], told["hosts"]["web2"]["drift"]) == (broken.drift, [])
    assert stack.marked == ["port"]


def test_a_check_that_never_reached_heat_is_no_check(cloud: MemoryCloud) -> None:
    made(cloud)
    cloud.deaf_to = {"POST"}
    assert "an endpoint is unreachable" in the(fleet(cloud).checked(["web1"])).error


def test_after_a_check_present_makes_anew_what_is_gone(cloud: MemoryCloud) -> None:
    made(cloud)
    stack = cloud.named("web1")
    cloud.gone |= {f"{stack.id}-port"}
    fleet(cloud).checked(["web1"])
    assert stack.status == "CHECK_COMPLETE"
    outcome = the(fleet(cloud).present([declared()]))
    assert actions(outcome) == {"port": "replace", "floating_ip": "update", "server": "update"}
    assert "port is made anew, so that its address may change" in outcome.notes


def test_a_rule_that_was_added_by_hand_is_found_and_the_group_made_anew(cloud: MemoryCloud) -> None:
    made(cloud)
    cloud.rules[f"{cloud.named('web1').id}-security_group"] = [*RULES, {"protocol": "tcp"}]
    [found] = the(fleet(cloud).checked(["web1"])).drift or []
    reason = "its rules were changed behind Heat's back: ingress IPv4 tcp from anything was added"
    assert (found["name"], found["reason"], found["cuts_off"]) == ("security_group", reason, False)
    outcome = the(fleet(cloud).present([declared()]))
    assert actions(outcome) == {"security_group": "replace", "port": "update"}


def test_a_rule_that_was_deleted_by_hand_may_cut_the_host_off(cloud: MemoryCloud) -> None:
    made(cloud)
    cloud.rules[f"{cloud.named('web1').id}-security_group"] = RULES[1:]
    [found] = the(fleet(cloud).checked(["web1"])).drift or []
    assert found["reason"].endswith(" was deleted")
    assert found["cuts_off"] is True


def test_after_a_check_that_found_nothing_a_host_costs_one_more_call_and_needs_no_names(cloud: MemoryCloud) -> None:
    made(cloud)
    fleet(cloud).checked(["web1"])
    cloud.calls.clear()
    assert the(fleet(cloud).present([declared()])).action == "none"
    assert cloud.calls == [LISTING, ("orchestration", "GET", f"/stacks/web1/{cloud.named('web1').id}/resources")]


def test_a_stopped_server_is_drift_and_is_not_replaced(cloud: MemoryCloud) -> None:
    made(cloud)
    fleet(cloud).power(["web1"], "stop")
    [found] = the(fleet(cloud).checked(["web1"])).drift or []
    assert (found["name"], found["cuts_off"]) == ("server", True)
    cloud.calls.clear()
    assert the(fleet(cloud).present([declared()])).action == "none"
    outcome = the(fleet(cloud).present([declared(flavor="docker.large")]))
    assert actions(outcome) == {"server": "update"}
    assert outcome.stack["stack_status"] == "UPDATE_COMPLETE"


def test_a_check_in_check_mode_looks_and_writes_nothing(cloud: MemoryCloud) -> None:
    made(cloud)
    cloud.gone |= {f"{cloud.named('web1').id}-server", f"{cloud.named('web1').id}-port"}
    outcome = the(fleet(cloud, check=True).checked(["web1"]))
    assert [item["name"] for item in outcome.drift or ()] == ["port", "server"]
    assert outcome.notes == ["Heat's own check is left out in check mode, since it writes"]
    assert cloud.writes() == []


def test_a_stack_that_failed_is_told_and_not_checked(cloud: MemoryCloud) -> None:
    made(cloud)
    cloud.fail_update["web1"] = ("server", "resources.server: Quota exceeded for ram")
    fleet(cloud).present([declared(flavor="docker.large")])
    cloud.calls.clear()
    outcome = the(fleet(cloud).checked(["web1"]))
    assert outcome.drift == [
        {
            "name": "web1",
            "type": "OS::Heat::Stack",
            "reason": "it is UPDATE_FAILED: server (OS::Nova::Server) failed: Quota exceeded for ram",
            "cuts_off": False,
        }
    ]
    assert cloud.writes() == []


def test_a_host_that_is_not_there_is_drift(cloud: MemoryCloud) -> None:
    assert the(fleet(cloud).checked(["web1"])).drift == [
        {"name": "web1", "type": "OS::Heat::Stack", "reason": "it does not exist", "cuts_off": True}
    ]


def test_prune_deletes_what_is_not_declared_and_lists_it_before(cloud: MemoryCloud) -> None:
    made(cloud, "web1", "web2", "web3")
    cloud.add_declared(declared("other"))
    foretold = fleet(cloud, check=True).present([declared("web1")], declared=["web1", "web2"])
    assert cloud.writes() == []
    happened = fleet(cloud).present([declared("web1")], declared=["web1", "web2"])
    for outcomes in (foretold, happened):
        assert [(item.name, item.action) for item in outcomes] == [("web1", "none"), ("web3", "delete")]
    assert sorted(stack.name for stack in cloud.stacks.values()) == ["other", "web1", "web2"]


def test_an_administrator_works_on_the_hosts_of_the_project_alone(cloud: MemoryCloud) -> None:
    made(cloud, "web1", "theirs")
    cloud.is_admin = True
    (theirs,) = [stack for stack in cloud.stacks.values() if stack.name == "theirs"]
    theirs.project = "p-2"
    outcomes = fleet(cloud, check=True).present([declared("web1"), declared("theirs")], declared=["web1"])
    assert [(item.name, item.action) for item in outcomes] == [("web1", "none"), ("theirs", "create")]
    assert cloud.writes() == []
    assert the(fleet(cloud).absent(["theirs"])).action == "none"
    assert theirs in cloud.stacks.values()


def test_prune_with_nothing_to_do_is_one_listing(cloud: MemoryCloud) -> None:
    made(cloud, "web1", "web2")
    fleet(cloud).present([declared("web1")], declared=["web2"])
    assert cloud.calls == [LISTING]


def test_prune_of_everything_is_refused_before_anything_is_asked(cloud: MemoryCloud) -> None:
    made(cloud)
    with pytest.raises(
        HeatdockError, match="prune: no host is declared, so every host of the project would be deleted"
    ):
        fleet(cloud).present([], declared=[])
    assert cloud.calls == []


def test_nothing_is_pruned_where_the_declaration_is_wrong(cloud: MemoryCloud) -> None:
    made(cloud, "web1", "web2")
    with pytest.raises(HeatdockError, match="flavor"):
        fleet(cloud).present([declared("web1", flavor="docker.smal")], declared=[])
    assert cloud.writes() == []


def rival(cloud: MemoryCloud, wanted: Source, *, at: str) -> None:
    """Have another controller update the host when a call of this method and of a path with this end comes."""
    answer = cloud._answer

    def overtaken(service: str, method: str, path: str, query: Any, body: Any) -> Any:
        answered = answer(service, method, path, query, body)
        if f"{method} {path}".endswith(at):
            cloud._answer = answer  # type: ignore[method-assign]
            stack = cloud.named("web1")
            cloud._update(stack, {**body, **_body(wanted)} if body else _body(wanted))
        return answered

    cloud._answer = overtaken  # type: ignore[method-assign]


def _body(source: Source) -> dict[str, Any]:
    tags = ",".join(["heatdock", inputs_tag(source)])
    return {"template": source.template, "environment": source.environment, "files": {}, "tags": tags}


def test_a_host_that_changed_since_it_was_planned_is_planned_anew(cloud: MemoryCloud) -> None:
    made(cloud)
    rival(cloud, declared(flavor="docker.large"), at="/environment")
    outcome = the(fleet(cloud).present([declared(management_cidrs=["192.0.2.0/24"])]))
    assert not outcome.error
    assert actions(outcome) == {"security_group": "update", "server": "update"}
    assert [stack.updates for stack in cloud.stacks.values()] == [2]


def test_the_same_change_by_another_controller_is_left_to_it(cloud: MemoryCloud) -> None:
    made(cloud)
    wanted = declared(flavor="docker.large")
    rival(cloud, wanted, at="/environment")
    outcome = the(fleet(cloud).present([wanted]))
    assert (outcome.action, outcome.error, outcome.notes) == ("none", "", [])
    assert [stack.updates for stack in cloud.stacks.values()] == [1]


def test_an_update_that_another_controller_overtook_says_so(cloud: MemoryCloud) -> None:
    made(cloud)
    rival(cloud, declared(flavor="docker.large"), at=f"PUT /stacks/web1/{cloud.named('web1').id}")
    outcome = the(fleet(cloud).present([declared(management_cidrs=["192.0.2.0/24"])]))
    assert "another controller changed it meanwhile to other inputs, it is UPDATE_COMPLETE by those" in outcome.error


def test_a_creation_that_another_controller_overtook_is_not_deleted(cloud: MemoryCloud) -> None:
    rival(cloud, declared(flavor="docker.large"), at="POST /stacks")
    outcome = the(fleet(cloud).present([declared()]))
    assert "another controller changed it meanwhile" in outcome.error
    assert cloud.named("web1").status == "UPDATE_COMPLETE"


@pytest.mark.parametrize(("age", "stays"), [(1, "theirs"), (-1, "ours")])
def test_of_two_stacks_that_heat_gave_one_name_the_older_stays(cloud: MemoryCloud, age: int, stays: str) -> None:
    answer = cloud._answer

    def twice(service: str, method: str, path: str, query: Any, body: Any) -> Any:
        answered = answer(service, method, path, query, body)
        if (method, path) == ("POST", "/stacks"):
            cloud._answer = answer  # type: ignore[method-assign]
            twin = cloud.add_declared(declared(), tags=["heatdock", inputs_tag(declared())])
            twin.made -= timedelta(minutes=age)
        return answered

    cloud._answer = twice  # type: ignore[method-assign]
    outcome = the(fleet(cloud).present([declared()]))
    assert not outcome.error
    assert outcome.action == ("none" if stays == "theirs" else "create")
    assert len(cloud.stacks) == (1 if stays == "theirs" else 2), "theirs is theirs to delete"
    assert outcome.stack["id"] in cloud.stacks


def test_stacks_of_one_name_are_told_apart_before_anything_is_written(cloud: MemoryCloud) -> None:
    made(cloud)
    twin = cloud.add_declared(declared(), tags=["heatdock", inputs_tag(declared())])
    with pytest.raises(HeatdockError, match=f"host web1: 2 stacks have this name; delete all but one.*{twin.id}"):
        fleet(cloud).present([declared()])
    twin.status = "DELETE_IN_PROGRESS"
    assert the(fleet(cloud).present([declared()])).stack["id"] != twin.id
    assert cloud.writes() == []


def test_a_stack_deleted_between_plan_and_update_is_made_anew(cloud: MemoryCloud) -> None:
    made(cloud)
    answer = cloud._answer

    def lost(service: str, method: str, path: str, query: Any, body: Any) -> Any:
        if path.endswith("/template"):
            cloud._answer = answer  # type: ignore[method-assign]
            cloud.stacks.clear()
        return answer(service, method, path, query, body)

    cloud._answer = lost  # type: ignore[method-assign]
    outcome = the(fleet(cloud).present([declared(flavor="docker.large")]))
    assert (outcome.action, outcome.error) == ("create", "")


def test_a_rolled_back_update_is_not_taken_for_what_its_tag_tells(cloud: MemoryCloud) -> None:
    made(cloud)
    cloud.named("web1").status = "ROLLBACK_COMPLETE"
    outcome = the(fleet(cloud).present([declared()]))
    assert (outcome.action, outcome.stack["stack_status"]) == ("update", "UPDATE_COMPLETE")


def test_abandoned_work_says_when_it_is_taken_up(cloud: MemoryCloud) -> None:
    made(cloud)
    cloud.named("web1").start("UPDATE", "UPDATE_COMPLETE", looks=FOREVER)
    error = the(fleet(cloud, timeout=1).present([declared()])).error
    assert "if nobody is at work on it any more, the first run after " in error
    assert "UTC takes it up, and state=absent deletes it at any time" in error


def test_a_new_handle_without_a_new_server_is_refused(cloud: MemoryCloud) -> None:
    made(cloud)
    handle = {"type": "OS::Heat::WaitConditionHandle", "properties": {"signal_transport": "HEAT_SIGNAL"}}
    template = {**TEMPLATE, "resources": {**TEMPLATE["resources"], "ready_handle": handle}}
    wanted = replace(declared(), template=template)
    outcome = the(fleet(cloud).present([wanted]))
    assert 'the template makes "ready_handle" anew, which the running server never reports to' in outcome.error
    assert cloud.writes() == []
    assert the(fleet(cloud).present([wanted], new_servers=True)).action == "replace"


def test_a_creation_that_another_controller_cancels_by_its_deletion_says_so(cloud: MemoryCloud) -> None:
    cloud.hang.add("web1")
    looks = cloud._pass_time

    def cancelled() -> None:
        looks()
        stack = cloud.named("web1")
        if stack.status == "CREATE_IN_PROGRESS":
            stack.status, stack.reason = "CREATE_FAILED", "Stack CREATE cancelled"
        elif stack.status == "CREATE_FAILED":
            stack.start("DELETE", "DELETE_COMPLETE")
            cloud._pass_time = looks  # type: ignore[method-assign]

    cloud._pass_time = lambda: cancelled() if cloud.stacks else looks()  # type: ignore[method-assign]
    outcome = the(fleet(cloud).present([declared()]))
    assert outcome.error == "host web1: the stack was deleted meanwhile by someone else; run again"
    assert [method for _service, method, _path in cloud.writes()] == ["POST"]


def test_a_resize_that_nova_gave_up_is_told_since_heat_goes_on_waiting_for_it(cloud: MemoryCloud) -> None:
    made(cloud)
    cloud.hang.add("web1")
    cloud.named("web1").at_work = "server"
    cloud.actions = [
        {"action": "create", "start_time": "2026-11-24T22:14:24.000000", "message": None},
        {"action": "resize", "start_time": "2026-11-24T22:14:37.000000", "message": "Error"},
    ]
    error = the(fleet(cloud, timeout=1).present([declared(flavor="docker.large")])).error
    assert (
        "still UPDATE_IN_PROGRESS after 1 s (at work on server); Nova could not resize server, see openstack" in error
    )


def by_console(**changes: Any) -> Source:
    """Return the declaration of a host that reports on its console alone, from the template with a parameter for it."""
    source = declared(**changes)
    signal = {"ready_signal": {"type": "string", "default": "console"}}
    return replace(source, template={**TEMPLATE, "parameters": {**TEMPLATE["parameters"], **signal}})


def test_a_host_that_reports_on_its_console_is_waited_for(cloud: MemoryCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter(["", "booting\n", 'heatdock: {"ssh_host_keys": ["ssh-ed25519 AAAA"]}\n'])
    monkeypatch.setattr(Heat, "console", lambda *_arguments: next(looks))
    monkeypatch.setattr(_stacks, "PAUSE_BEFORE_CONSOLE", 0.0)
    made_host = the(fleet(cloud).present([by_console()]))
    assert (made_host.error, made_host.action) == ("", "create")
    assert next(looks, None) is None


@pytest.mark.parametrize(
    ("console", "changes", "reason"),
    [
        ('heatdock: {"failure": "host web1: no engine"}', {}, "host web1: host web1: no engine; its stack was deleted"),
        (
            "nothing",
            {"ready_timeout": 60},
            "its console does not say after 60 s that it is ready; its stack was deleted",
        ),
    ],
)
def test_a_host_that_is_not_ready_by_its_console_leaves_nothing(
    cloud: MemoryCloud, monkeypatch: pytest.MonkeyPatch, console: str, changes: dict[str, Any], reason: str
) -> None:
    cloud.console = console
    clock = iter(range(0, 10**6, 50))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    monkeypatch.setattr(_stacks, "PAUSE_BEFORE_CONSOLE", 0.0)
    failed = the(fleet(cloud, timeout=10**6).present([by_console(**changes)]))
    assert reason in failed.error
    assert cloud.stacks == {}


def test_a_replaced_host_gets_a_new_boot_volume(cloud: MemoryCloud) -> None:
    resources = {
        **TEMPLATE["resources"],
        "boot_disk": {"type": "OS::Cinder::Volume", "properties": {"size": 5}},
    }
    server = copy.deepcopy(resources["server"])
    server["properties"]["block_device_mapping_v2"] = [{"volume_id": {"get_resource": "boot_disk"}}]
    template = {**TEMPLATE, "resources": {**resources, "server": server}}
    source = replace(declared(), template=template)
    fleet(cloud).present([source])
    replaced = the(fleet(cloud).present([source], new_servers=True))
    assert not replaced.error
    assert {name: actions(replaced)[name] for name in ("boot_disk", "server")} == dict.fromkeys(
        ("boot_disk", "server"), "replace"
    )
