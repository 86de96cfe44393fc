# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet is brought to what is declared, in a cloud in memory (memory_cloud.py)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils import _stacks
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._fleet import Fleet, Settings
from ansible_collections.heatdock.hosts.plugins.module_utils._template import inputs_tag
from memory_cloud import FOREVER, MemoryCloud, declared

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._host import Outcome
    from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source

FAST = Settings(timeout=60, first_pause=0.001)
LISTING = ("orchestration", "GET", "/stacks")


@pytest.fixture(autouse=True)
def _no_pause_before_a_deletion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_stacks, "DELETE_PAUSES", [0.0] * len(_stacks.DELETE_PAUSES))


@pytest.fixture
def cloud() -> MemoryCloud:
    return MemoryCloud()


def present(cloud: MemoryCloud, *sources: Source, **settings: Any) -> list[Outcome]:
    return Fleet(cloud, replace(FAST, **settings)).present(sources)


def absent(cloud: MemoryCloud, *names: str, **settings: Any) -> list[Outcome]:
    return Fleet(cloud, replace(FAST, **settings)).absent(names)


def actions(outcome: Outcome) -> dict[str, str]:
    return {item.name: item.action for item in outcome.plan.touched}


def test_a_new_host_becomes_a_complete_stack_with_our_tags(cloud: MemoryCloud) -> None:
    [outcome] = present(cloud, declared())
    assert outcome.action == "create"
    assert set(actions(outcome).values()) == {"create"}
    assert outcome.stack["stack_status"] == "CREATE_COMPLETE"
    assert outcome.stack["outputs"]
    assert cloud.named("web1").row()["tags"] == ["heatdock", inputs_tag(declared())]


def test_a_second_run_is_one_listing_and_changes_nothing(cloud: MemoryCloud) -> None:
    sources = [declared(f"web{number}") for number in range(5)]
    present(cloud, *sources)
    cloud.calls.clear()
    outcomes = present(cloud, *sources)
    assert {outcome.action for outcome in outcomes} == {"none"}
    assert cloud.calls == [LISTING]


def with_ssh_port(port: int, template: dict[str, Any]) -> Source:
    parameters = {"ssh_port": {"type": "number", "default": 22, "immutable": True}}
    return replace(
        declared(ssh_port=port), template={**template, "parameters": {**template["parameters"], **parameters}}
    )


@pytest.mark.parametrize("new_servers", [False, True])
@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("known", [False, True], ids=["of another template", "of this template"])
def test_what_only_the_creation_sets_is_refused_later(
    cloud: MemoryCloud, *, known: bool, check: bool, new_servers: bool
) -> None:
    wanted = with_ssh_port(2222, declared().template)
    present(cloud, with_ssh_port(22, declared().template) if known else declared())
    writes = cloud.writes()
    [outcome] = Fleet(cloud, replace(FAST, check=check)).present([wanted], new_servers=new_servers)
    assert outcome.error == (
        'host web1: ssh_port cannot become "2222" from "22" on a host that is there, since only its creation sets it; '
        "leave it as it is, or delete the host (state: absent) and make it anew"
    )
    assert cloud.writes() == writes


def test_check_mode_writes_nothing_and_tells_what_then_happens(cloud: MemoryCloud) -> None:
    present(cloud, declared("web1"))
    cloud.calls.clear()
    wanted = [declared("web1", image="debian-14"), declared("web2")]
    predicted = present(cloud, *wanted, check=True)
    assert cloud.writes() == []
    happened = present(cloud, *wanted)
    assert [(item.name, item.action, item.plan) for item in predicted] == [
        (item.name, item.action, item.plan) for item in happened
    ]
    assert [item.action for item in happened] == ["replace", "create"]


def test_a_changed_flavor_updates_the_server_alone(cloud: MemoryCloud) -> None:
    present(cloud, declared())
    [outcome] = present(cloud, declared(flavor="docker.large"))
    assert outcome.action == "update"
    assert actions(outcome) == {"server": "update"}
    assert cloud.named("web1").source.parameters["flavor"] == "docker.large"
    assert cloud.named("web1").marked == []


def test_a_replaced_server_waits_for_a_signal_of_its_own(cloud: MemoryCloud) -> None:
    present(cloud, declared())
    present(cloud, declared(image="debian-14"))
    assert cloud.named("web1").marked == ["ready_handle"]


def test_a_refused_update_leaves_no_resource_marked(cloud: MemoryCloud) -> None:
    present(cloud, declared())
    cloud.refuse["PUT"] = "Heat refuses (no)"
    [outcome] = present(cloud, declared(image="debian-14"))
    assert "Heat refuses" in outcome.error
    assert cloud.named("web1").marked == []


def test_only_the_host_that_differs_is_read(cloud: MemoryCloud) -> None:
    sources = [declared(f"web{number}") for number in range(3)]
    present(cloud, *sources)
    cloud.calls.clear()
    present(cloud, *sources[:2], declared("web2", flavor="docker.large"))
    paths = [path for service, _method, path in cloud.calls if service == "orchestration"]
    assert any("/web2/" in path for path in paths)
    assert not any("/web0/" in path or "/web1/" in path for path in paths)


def test_each_listing_and_schema_is_read_once_for_the_fleet(cloud: MemoryCloud) -> None:
    sources = [declared(f"web{number}") for number in range(4)]
    present(cloud, *sources)
    cloud.calls.clear()
    present(cloud, *(declared(source.stack_name, flavor="docker.large") for source in sources))
    reads = [call for call in cloud.calls if call[0] != "orchestration" or "resource_types" in call[2]]
    assert len(reads) == len(set(reads))
    assert {path for service, _method, path in reads if service != "orchestration"} == {
        "/images",
        "/flavors/detail",
        "/os-keypairs",
        "/networks",
    }


def test_all_problems_of_all_hosts_are_told_before_any_write(cloud: MemoryCloud) -> None:
    with pytest.raises(HeatdockError) as caught:
        present(
            cloud,
            declared("web1", flavor="docker.smal"),
            declared("web2", management_cidrs=["10.88.0.7/24"]),
            declared("_web3"),
            declared("web4", image="twin"),
            declared("web5"),
            declared("web5"),
        )
    assert str(caught.value).split("; host ") == [
        "host web5: is declared 2 times; declare it once",
        'web1: flavor "docker.smal" not found in project demo; closest is "docker.small"',
        'web2: management_cidrs "10.88.0.7/24" has host bits set; its network is "10.88.0.0/24"',
        '_web3: the name "_web3" is not a host name; use 2 to 63 letters, digits and hyphens, a letter first',
        'web4: 2 images are named "twin"; use an ID: i-twin-1, i-twin-2',
    ]
    assert cloud.writes() == []


def test_a_stack_made_elsewhere_is_taken_over_without_touching_a_resource(cloud: MemoryCloud) -> None:
    elsewhere = declared(image="i-13", flavor="1", network="n-1", management_cidrs="10.88.0.0/24")
    cloud.add_declared(elsewhere, tags=["mine"])
    [outcome] = present(cloud, declared())
    assert outcome.action == "update"
    assert actions(outcome) == {}
    assert cloud.named("web1").source.parameters["image"] == "i-13"
    assert cloud.named("web1").row()["tags"] == ["heatdock", inputs_tag(declared()), "mine"]
    cloud.calls.clear()
    assert present(cloud, declared())[0].action == "none"
    assert cloud.calls == [LISTING]


def test_a_foreign_stack_of_the_name_is_refused(cloud: MemoryCloud) -> None:
    foreign = declared()
    foreign.template = {"resources": {"database": {"type": "OS::Nova::Server"}}}
    foreign.parameters = {}
    cloud.add_declared(foreign)
    [outcome] = present(cloud, declared())
    assert 'would delete or replace "database"' in outcome.error
    assert cloud.writes() == []


def test_a_failed_creation_leaves_nothing_and_names_the_resource_and_its_reason(cloud: MemoryCloud) -> None:
    cloud.fail_create["web1"] = ("server", "Forbidden: resources.server: Quota exceeded for cores (Request-ID: req-1)")
    failed, made = present(cloud, declared("web1"), declared("web2"))
    assert failed.error == (
        "host web1: server (OS::Nova::Server) failed: Quota exceeded for cores; its stack was deleted, "
        "nothing is left; correct the cause and run again"
    )
    assert not made.error
    assert [stack.name for stack in cloud.stacks.values()] == ["web2"]


def test_what_a_failed_creation_leaves_is_told_when_it_cannot_be_deleted(cloud: MemoryCloud) -> None:
    cloud.fail_create["web1"] = ("server", "No valid host was found")
    cloud.fail_delete["web1"] = len(_stacks.DELETE_PAUSES)
    [outcome] = present(cloud, declared())
    assert "No valid host was found; its stack could not be deleted and is left" in outcome.error
    assert "the port is in use" in outcome.error


def test_a_creation_that_takes_too_long_is_deleted(cloud: MemoryCloud) -> None:
    cloud.hang.add("web1")
    [outcome] = present(cloud, declared(), timeout=1)
    assert "still CREATE_IN_PROGRESS after 1 s" in outcome.error
    assert cloud.stacks == {}


def test_a_creation_without_an_answer_is_not_repeated(cloud: MemoryCloud) -> None:
    cloud.lose_answer_of.add("POST")
    [outcome] = present(cloud, declared())
    assert not outcome.error
    assert outcome.stack["stack_status"] == "CREATE_COMPLETE"
    assert [method for _service, method, _path in cloud.writes()] == ["POST"]


def test_an_interrupted_creation_is_waited_for_and_then_left_as_it_is(cloud: MemoryCloud) -> None:
    stack = cloud.add_declared(declared(), tags=["heatdock", inputs_tag(declared())])
    stack.start("CREATE", "CREATE_COMPLETE", looks=3)
    [outcome] = present(cloud, declared())
    assert outcome.action == "none"
    assert outcome.stack["stack_status"] == "CREATE_COMPLETE"
    assert cloud.writes() == []


@pytest.mark.parametrize(
    ("at_work", "wanted", "action"),
    [
        ("CREATE", declared(), "none"),
        ("UPDATE", declared(flavor="docker.large"), "update"),
        ("DELETE", declared(), "create"),
    ],
)
def test_check_mode_supposes_that_what_is_at_work_ends_well(
    cloud: MemoryCloud, at_work: str, wanted: Source, action: str
) -> None:
    stack = cloud.add_declared(declared(), tags=["heatdock", inputs_tag(declared())])
    stack.start(at_work, f"{at_work}_COMPLETE", looks=4)
    [predicted] = present(cloud, wanted, check=True)
    assert predicted.notes == [f"it is {at_work}_IN_PROGRESS; the plan supposes that this ends well"]
    [happened] = present(cloud, wanted)
    assert (predicted.action, predicted.plan) == (happened.action, happened.plan)
    assert happened.action == action


def test_a_creation_that_heat_lost_is_taken_up_by_an_update_of_what_is_missing(cloud: MemoryCloud) -> None:
    stack = cloud.add_declared(declared(), tags=["heatdock", inputs_tag(declared())])
    stack.start("CREATE", "CREATE_COMPLETE", looks=FOREVER)
    stack.let_pass(minutes=66)
    [outcome] = present(cloud, declared())
    assert not outcome.error
    assert actions(outcome) == {"ready": "replace"}
    assert "Heat lost sight of it" in outcome.notes[0]
    assert cloud.named("web1").status == "UPDATE_COMPLETE"


def test_a_creation_within_heat_s_time_is_not_taken_for_lost(cloud: MemoryCloud) -> None:
    stack = cloud.add_declared(declared(), tags=["heatdock", inputs_tag(declared())])
    stack.start("CREATE", "CREATE_COMPLETE", looks=4)
    stack.let_pass(minutes=60)
    assert present(cloud, declared())[0].action == "none"
    assert cloud.writes() == []


def test_a_host_that_another_run_makes_at_the_same_time_is_left_to_it(cloud: MemoryCloud) -> None:
    cloud.made_by_others = [declared()]
    [outcome] = present(cloud, declared())
    assert not outcome.error
    assert outcome.action == "none"
    assert len(cloud.stacks) == 1


def test_a_host_that_does_not_report_is_told_with_the_end_of_its_console(cloud: MemoryCloud) -> None:
    cloud.fail_create["web1"] = ("ready", "WaitConditionTimeout: resources.ready: 0 of 1 received")
    cloud.console = "\x1b[0;1;31mFailed to start docker.service\x1b[0m\r\n\nlogin: "
    [outcome] = present(cloud, declared())
    assert "ready (OS::Heat::WaitCondition) failed: 0 of 1 received" in outcome.error
    assert outcome.notes == ["the console of server ends with:\nFailed to start docker.service\nlogin:"]
    assert cloud.stacks == {}


@pytest.mark.parametrize("status", ["CREATE_FAILED", "DELETE_FAILED"])
def test_remains_of_an_earlier_run_are_deleted_and_the_host_made_anew(cloud: MemoryCloud, status: str) -> None:
    stack = cloud.add_declared(declared(), tags=["heatdock", inputs_tag(declared())], status=status)
    stack.culprit = ("server", "No valid host was found")
    [outcome] = present(cloud, declared())
    assert outcome.action == "create"
    assert f"its stack is {status}: server (OS::Nova::Server) failed: No valid host was found" in outcome.notes[0]
    assert cloud.named("web1").id != stack.id
    assert cloud.named("web1").status == "CREATE_COMPLETE"


def test_remains_that_are_not_ours_are_left_alone(cloud: MemoryCloud) -> None:
    cloud.add_declared(declared(), status="CREATE_FAILED")
    [outcome] = present(cloud, declared())
    assert "exists without the tag heatdock and is CREATE_FAILED" in outcome.error
    assert cloud.writes() == []


def test_a_failed_update_names_the_reason_and_the_next_run_goes_on_from_there(cloud: MemoryCloud) -> None:
    present(cloud, declared())
    cloud.fail_update["web1"] = ("server", "resources.server: Quota exceeded for ram")
    wanted = declared(flavor="docker.large")
    [failed] = present(cloud, wanted)
    assert "server (OS::Nova::Server) failed: Quota exceeded for ram; correct the cause" in failed.error
    assert failed.stack["stack_status"] == "UPDATE_FAILED"
    [again] = present(cloud, wanted)
    assert again.action == "update"
    assert actions(again) == {"server": "update"}
    assert present(cloud, wanted)[0].action == "none"


def test_after_a_replacement_that_failed_the_servers_go_before_a_new_one_comes(cloud: MemoryCloud) -> None:
    present(cloud, declared())
    cloud.fail_update["web1"] = ("ready", "WaitConditionFailure: resources.ready: no package")
    wanted = declared(image="debian-14")
    assert "no package" in present(cloud, wanted)[0].error
    cloud.named("web1").given.clear()
    [outcome] = present(cloud, wanted)
    assert outcome.action == "replace"
    assert [sorted(body["template"]["resources"]) for body in cloud.named("web1").given] == [
        ["floating_ip", "port", "security_group"],
        sorted(wanted.template["resources"]),
    ]
    assert present(cloud, wanted)[0].action == "none"


def test_someone_else_s_work_is_waited_for_no_longer_than_the_timeout(cloud: MemoryCloud) -> None:
    stack = cloud.add_declared(declared(), tags=["heatdock"])
    stack.start("UPDATE", "UPDATE_COMPLETE", looks=FOREVER)
    [outcome] = present(cloud, declared(), timeout=1)
    assert "still UPDATE_IN_PROGRESS after 1 s (at work on ready), which this run did not start" in outcome.error
    assert cloud.writes() == []


def test_no_more_hosts_are_worked_on_at_a_time_than_allowed(cloud: MemoryCloud) -> None:
    present(cloud, *(declared(f"web{number}") for number in range(9)), max_parallel=3)
    assert len(cloud.stacks) == 9
    assert cloud.most_at_work == 3


def test_absent_deletes_the_stacks_and_only_them(cloud: MemoryCloud) -> None:
    present(cloud, declared("web1"), declared("web2"))
    cloud.calls.clear()
    predicted = absent(cloud, "web1", check=True)
    assert cloud.writes() == []
    happened = absent(cloud, "web1")
    assert [item.plan for item in predicted] == [item.plan for item in happened]
    assert set(actions(happened[0]).values()) == {"delete"}
    assert [stack.name for stack in cloud.stacks.values()] == ["web2"]
    assert {service for service, _method, _path in cloud.calls} == {"orchestration"}


def test_absent_of_what_is_not_there_changes_nothing(cloud: MemoryCloud) -> None:
    outcomes = absent(cloud, *(f"web{number}" for number in range(30)))
    assert {outcome.action for outcome in outcomes} == {"none"}
    assert cloud.calls == [LISTING, LISTING]


def test_a_deletion_that_fails_is_tried_again(cloud: MemoryCloud) -> None:
    present(cloud, declared())
    cloud.fail_delete["web1"] = len(_stacks.DELETE_PAUSES) - 1
    [outcome] = absent(cloud, "web1")
    assert not outcome.error
    assert cloud.stacks == {}


def test_a_deletion_that_fails_each_time_names_the_resource_and_the_reason(cloud: MemoryCloud) -> None:
    present(cloud, declared())
    cloud.fail_delete["web1"] = len(_stacks.DELETE_PAUSES)
    [outcome] = absent(cloud, "web1")
    assert "port (OS::Neutron::Port) failed: the port is in use" in outcome.error


def test_absent_leaves_a_stack_that_is_not_ours_alone(cloud: MemoryCloud) -> None:
    cloud.add_declared(declared())
    with pytest.raises(HeatdockError, match="host web1: a stack of this name exists without the tag heatdock"):
        absent(cloud, "web1")
    assert cloud.writes() == []


@pytest.mark.parametrize("option", ["max_parallel", "timeout"])
def test_a_bound_of_zero_is_refused(cloud: MemoryCloud, option: str) -> None:
    with pytest.raises(HeatdockError, match=f"{option} is 0; give 1 or more"):
        present(cloud, **{option: 0})
