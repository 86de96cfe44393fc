# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever state a host's stack is in, the next run brings the host to what is declared, or says what is in its way."""

from __future__ import annotations

import copy
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.scale import modules
from tests.scale.cloud import HOST, TEMPLATE
from tests.scale.lifecycle import CHEAP, Lab

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "life-recovery"
LONG_AGO = "created_at = created_at - INTERVAL 1 DAY, updated_at = updated_at - INTERVAL 1 DAY"


@pytest.fixture
def huge_flavor(admin: Any) -> Iterator[str]:
    """Have a flavor that no compute node has room for."""
    name = f"{PREFIX}-huge"
    flavor = admin.compute.create_flavor(name=name, ram=2**30, vcpus=2, disk=10)
    yield name
    admin.compute.delete_flavor(flavor)


@pytest.fixture
def larger_flavor(admin: Any) -> Iterator[str]:
    """Have a flavor with more memory than a host's."""
    name = f"{PREFIX}-larger"
    flavor = admin.compute.create_flavor(name=name, ram=2048, vcpus=2, disk=10)
    yield name
    admin.compute.delete_flavor(flavor)


def converges(lab: Lab, *hosts: dict[str, Any]) -> dict[str, Any]:
    """Run twice: the first run brings the host about, the second has nothing to do."""
    first = lab.run(*hosts)
    assert not first.failed, first.message
    second = lab.run(*hosts)
    assert second.returned["changed"] is False
    return lab.told(first)


def test_create_failed_is_deleted_and_made_anew(cheap: Lab) -> None:
    assert cheap.create({"ssh_user": "broken"}) == "CREATE_FAILED"
    before = cheap.stack()
    told = converges(cheap)
    assert told["action"] == "create"
    assert (
        "its stack is CREATE_FAILED: thing (OS::Heat::TestResource) failed: Test Resource failed thing"
        in told["notes"][0]
    )
    assert before
    assert told["stack_id"] != before["id"]


def test_update_failed_goes_on_from_there(cheap: Lab) -> None:
    cheap.run()
    stack_id = cheap.told(cheap.run())["stack_id"]
    failed = cheap.run(cheap.host(ssh_user="broken"))
    assert "thing (OS::Heat::TestResource) failed: Test Resource failed thing" in failed.message
    assert "run again, which goes on from there" in failed.message
    assert cheap.status() == "UPDATE_FAILED"
    told = converges(cheap, cheap.host(ssh_user="mended"))
    assert (told["action"], told["stack_id"]) == ("update", stack_id)


def test_rollback_complete_of_an_update_is_taken_over(cheap: Lab) -> None:
    cheap.run()
    cheap.update({"ssh_user": "broken"}, rollback=True)
    assert cheap.wait() == "ROLLBACK_COMPLETE"
    told = converges(cheap, cheap.host(ssh_user="mended"))
    assert (told["action"], told["status"]) == ("update", "UPDATE_COMPLETE")


def test_rollback_complete_is_not_taken_for_the_inputs_that_its_tag_tells(cheap: Lab) -> None:
    wanted = cheap.host(ssh_user="mended")
    tags = cheap.told(cheap.run(wanted))
    stack = cheap.stack()
    assert stack
    cheap.run(cheap.host(ssh_user="other"))
    assert cheap.template
    cheap.template["conditions"]["broken"] = {"equals": [{"get_param": "ssh_user"}, "mended"]}
    cheap.update({"ssh_user": "mended"}, tags=",".join(stack["tags"]), rollback=True)
    assert cheap.wait() == "ROLLBACK_COMPLETE"
    cheap.template = copy.deepcopy(CHEAP)
    told = converges(cheap, wanted)
    assert (told["action"], told["stack_id"]) == ("update", tags["stack_id"])


def test_rollback_complete_of_a_creation_is_filled(cheap: Lab) -> None:
    assert cheap.create({"ssh_user": "broken"}, rollback=True) == "ROLLBACK_COMPLETE"
    assert converges(cheap)["status"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    assert cheap.resources()["thing"]["resource_status"] == "CREATE_COMPLETE"


def test_rollback_failed_goes_on_from_there(cheap: Lab) -> None:
    cheap.run()
    declared = copy.deepcopy(cheap.template)
    assert cheap.template
    cheap.template["resources"]["group"] = {"type": "OS::Neutron::SecurityGroup"}
    cheap.template["resources"]["thing"]["properties"]["action_wait_secs"]["update"] = 5
    cheap.update({"ssh_user": "broken"}, rollback=True)
    deadline = time.monotonic() + 30
    while not cheap.ids().get("group") and time.monotonic() < deadline:
        time.sleep(0.2)
    port = cheap.use_group(cheap.ids()["group"])
    assert cheap.wait() == "ROLLBACK_FAILED"
    cheap.template = declared
    blocked = cheap.run(cheap.host(ssh_user="mended"))
    assert "group (OS::Neutron::SecurityGroup) failed" in blocked.message
    cheap.cloud.network.delete_port(port)
    cheap.extra.clear()
    assert converges(cheap, cheap.host(ssh_user="mended"))["status"] == "UPDATE_COMPLETE"


def test_delete_failed_names_what_is_in_the_way_and_is_made_anew_where_it_is_declared(host: Lab) -> None:
    host.run()
    port = host.use_group(host.ids()["security_group"])
    failed = host.run(state="absent")
    assert "security_group (OS::Neutron::SecurityGroup) failed" in failed.message
    assert "in use" in failed.message
    assert "delete it again" in failed.message
    assert host.status() == "DELETE_FAILED"
    host.cloud.network.delete_port(port)
    host.extra.clear()
    told = converges(host)
    assert told["action"] == "create"
    assert "its stack is DELETE_FAILED: security_group (OS::Neutron::SecurityGroup) failed" in told["notes"][0]
    assert host.run(state="absent").returned["changed"]
    assert host.stack() is None


def test_another_controller_s_work_is_waited_for(cheap: Lab) -> None:
    other = cheap.start(cheap.host(ready_timeout=6))
    cheap.wait("CREATE_IN_PROGRESS")
    told = cheap.told(cheap.run(cheap.host(ready_timeout=6)))
    assert (told["action"], told["status"]) == ("none", "CREATE_COMPLETE")
    assert not modules.result(other).failed


def test_another_controller_s_work_that_takes_too_long_is_told_with_how_to_take_over(cheap: Lab) -> None:
    other = cheap.start(cheap.host(ready_timeout=20))
    cheap.wait("CREATE_IN_PROGRESS")
    late = cheap.run(cheap.host(ready_timeout=20), timeout=3)
    assert "still CREATE_IN_PROGRESS after 3 s (at work on thing), which this run did not start" in late.message
    assert "if nobody is at work on it any more, the first run after 20" in late.message
    assert "takes it up, and state=absent deletes it at any time" in late.message
    assert not modules.result(other).failed


@pytest.mark.parametrize("action", ["CREATE", "UPDATE"])
def test_what_heat_lost_sight_of_is_taken_up(cheap: Lab, action: str) -> None:
    cheap.run()
    cheap.forget(f"action = '{action}', status = 'IN_PROGRESS', timeout = 5, {LONG_AGO}")
    assert cheap.status() == f"{action}_IN_PROGRESS"
    told = converges(cheap)
    assert any("Heat lost sight of it; taken up" in note for note in told["notes"])
    assert told["status"] == "UPDATE_COMPLETE"


def test_a_deletion_that_heat_lost_sight_of_is_begun_again(cheap: Lab) -> None:
    cheap.run()
    cheap.forget(f"action = 'DELETE', status = 'IN_PROGRESS', timeout = 5, updated_at = created_at, {LONG_AGO}")
    assert converges(cheap)["action"] == "create"


def test_a_check_at_work_on_an_old_stack_is_not_taken_for_lost(cheap: Lab) -> None:
    cheap.run()
    cheap.act("check")
    cheap.forget(f"status = 'IN_PROGRESS', timeout = 5, {LONG_AGO}")
    late = cheap.run(cheap.host(ssh_user="other"), timeout=3)
    assert "still CHECK_IN_PROGRESS after 3 s, which this run did not start" in late.message


def test_a_stack_deleted_behind_our_back_is_made_anew(cheap: Lab) -> None:
    cheap.run()
    cheap.delete()
    cheap.wait("")
    assert converges(cheap)["action"] == "create"


def test_a_stack_deleted_while_it_is_waited_for_is_told(cheap: Lab) -> None:
    running = cheap.start(cheap.host(ready_timeout=30))
    cheap.wait("CREATE_IN_PROGRESS")
    cheap.delete()
    assert "the stack was deleted meanwhile by someone else; run again" in modules.result(running).message
    assert cheap.stack() is None


def test_a_creation_that_takes_too_long_leaves_nothing(cheap: Lab) -> None:
    late = cheap.run(cheap.host(ready_timeout=120), timeout=20)
    assert (
        "still CREATE_IN_PROGRESS after 20 s (at work on thing); its stack was deleted, nothing is left" in late.message
    )
    assert cheap.stack() is None


def test_a_host_is_deleted_in_the_middle_of_its_creation(host: Lab) -> None:
    running = host.start()
    host.wait("CREATE_IN_PROGRESS")
    gone = host.run(state="absent")
    assert not gone.failed, gone.message
    assert host.stack() is None
    assert modules.result(running).failed
    assert [server.name for server in host.cloud.compute.servers() if server.name.startswith(PREFIX)] == []


def test_a_server_deleted_behind_our_back_is_found_and_replaced_at_its_addresses(host: Lab) -> None:
    host.run()
    before = host.ids()
    host.delete_server()
    assert host.run().returned["changed"] is False, "one listing cannot tell"
    found = host.run(state="checked")
    assert not found.failed
    assert found.returned["changed"] is False
    drift = host.told(found)["drift"]
    assert [item["name"] for item in drift] == ["server"]
    assert "could not be found" in drift[0]["reason"]
    planned = host.told(host.run(check=True))
    told = converges(host)
    assert told["resources"] == planned["resources"]
    assert told["action"] == "replace"
    after = host.ids()
    assert after["server"] != before["server"]
    assert {name: after[name] for name in ("port", "floating_ip")} == {
        name: before[name] for name in ("port", "floating_ip")
    }
    assert host.told(host.run(state="checked"))["drift"] == []


@pytest.mark.parametrize("gone", ["floating_ip", "port", "security_group"])
def test_what_heat_does_not_look_at_is_found_and_made_anew(host: Lab, gone: str) -> None:
    host.run()
    before = host.ids()
    network = host.cloud.network
    if gone == "security_group":
        network.update_port(before["port"], security_group_ids=[])
        network.delete_security_group(before[gone])
    else:
        {"floating_ip": network.delete_ip, "port": network.delete_port}[gone](before[gone])
    foreseen = host.told(host.run(state="checked", check=True))
    found = host.told(host.run(state="checked"))
    assert [item["name"] for item in found["drift"]] == [gone]
    assert found["drift"] == foreseen["drift"]
    assert "Heat's own check is left out" in foreseen["notes"][0]
    told = converges(host)
    assert gone in {item["name"] for item in told["resources"] if item["action"] == "replace"}
    after = host.ids()
    assert after["server"] == before["server"]
    assert after[gone] != before[gone]
    assert host.told(host.run(state="checked"))["drift"] == []
    port = network.get_port(after["port"])
    assert port.device_id == after["server"]
    assert port.security_group_ids == [after["security_group"]]
    assert network.get_ip(after["floating_ip"]).port_id == after["port"]


@pytest.mark.parametrize("change", ["added", "deleted"])
def test_a_rule_changed_by_hand_is_found_and_put_right(host: Lab, change: str) -> None:
    host.run()
    before = host.ids()
    network = host.cloud.network
    if change == "deleted":
        group = network.get_security_group(before["security_group"])
        rule = next(rule for rule in group.security_group_rules if rule["port_range_min"] == 22)
        network.delete_security_group_rule(rule["id"])
    else:
        network.create_security_group_rule(
            security_group_id=before["security_group"],
            direction="ingress",
            protocol="tcp",
            port_range_min=22,
            port_range_max=22,
            remote_ip_prefix="0.0.0.0/0",
        )
    found = host.told(host.run(state="checked"))["drift"]
    assert [item["name"] for item in found] == ["security_group"]
    assert f"was {change}" in found[0]["reason"]
    told = converges(host)
    assert [(item["name"], item["action"]) for item in told["resources"]] == [
        ("security_group", "replace"),
        ("port", "update"),
    ]
    after = host.ids()
    assert {name for name in after if after[name] != before[name]} == {"security_group"}
    assert network.get_port(after["port"]).security_group_ids == [after["security_group"]]
    assert host.told(host.run(state="checked"))["drift"] == []
    wider = host.host(management_cidrs=["192.0.2.0/24", "2001:db8::/32"])
    widened = host.run(wider)
    assert not widened.failed, widened.message
    assert host.told(host.run(wider, state="checked"))["drift"] == [], "an update's rules are known, too"


def test_a_check_of_a_failed_stack_tells_why_and_leaves_heat_s_memory_of_it(cheap: Lab) -> None:
    cheap.run()
    cheap.run(cheap.host(ssh_user="broken"))
    told = cheap.told(cheap.run(state="checked"))
    assert told["drift"][0]["type"] == "OS::Heat::Stack"
    assert "it is UPDATE_FAILED: thing (OS::Heat::TestResource) failed" in told["drift"][0]["reason"]
    assert cheap.status() == "UPDATE_FAILED"


def test_a_host_that_is_not_there_is_drift(cheap: Lab) -> None:
    assert cheap.told(cheap.run(state="checked"))["drift"][0]["reason"] == "it does not exist"


def test_a_larger_flavor_resizes_the_server_in_place(host: Lab, larger_flavor: str) -> None:
    host.run()
    before = host.ids()
    declared = host.host(flavor=larger_flavor)
    predicted = host.told(host.run(declared, check=True))
    assert [(item["name"], item["action"]) for item in predicted["resources"]] == [("server", "update")]
    assert converges(host, declared)["resources"] == predicted["resources"]
    assert host.ids() == before


def test_a_resize_that_nova_refuses_is_told_and_the_host_goes_on_as_it_was(host: Lab, huge_flavor: str) -> None:
    host.run()
    before = host.ids()
    refused = host.run(host.host(flavor=huge_flavor), timeout=100)
    assert "still UPDATE_IN_PROGRESS after 100 s (at work on server); Nova could not resize server" in refused.message
    assert host.wait() == "UPDATE_FAILED", "at Heat's own timeout"
    assert converges(host)["status"] == "UPDATE_COMPLETE"
    assert host.ids() == before


def test_a_replaced_host_has_a_new_server_at_its_addresses(host: Lab) -> None:
    host.run()
    before = host.ids()
    predicted = host.run(state="replaced", check=True, diff=True)
    assert host.ids() == before
    assert host.told(predicted)["action"] == "replace"
    assert host.told(predicted)["notes"] == ["server (OS::Nova::Server) is replaced; what is on its disk is lost"]
    assert "what is on its disk is lost" in predicted.returned["diff"][0]["after"]
    replaced = host.run(state="replaced")
    assert not replaced.failed, replaced.message
    assert host.told(replaced)["resources"] == host.told(predicted)["resources"]
    after = host.ids()
    assert {name for name in after if after[name] != before[name]} == {"server", "ready_handle"}
    assert host.run().returned["changed"] is False


def test_a_host_that_is_to_be_replaced_and_is_not_there_is_created(cheap: Lab) -> None:
    assert cheap.told(cheap.run(state="replaced"))["action"] == "create"


def test_a_new_handle_without_a_new_server_is_refused_and_made_with_one(host: Lab, tmp_path: Path) -> None:
    host.run()
    path = tmp_path / "changed.yaml"
    text = Path(TEMPLATE).read_text(encoding="utf-8")
    path.write_text(text.replace("signal_transport: TOKEN_SIGNAL", "signal_transport: HEAT_SIGNAL"), encoding="utf-8")
    refused = host.run(template=str(path))
    assert 'makes "ready_handle" anew, which the running server never reports to' in refused.message
    assert "state=replaced" in refused.message
    assert host.status() == "CREATE_COMPLETE"
    predicted = host.told(host.run(template=str(path), state="replaced", check=True))
    assert {item["name"] for item in predicted["resources"]} >= {"server", "ready_handle", "ready"}


def test_power_is_switched_and_a_stopped_server_is_not_taken_for_broken(host: Lab) -> None:
    host.run()
    before = host.ids()
    predicted = host.run(state="stopped", check=True, diff=True)
    assert "ACTIVE" in predicted.returned["diff"][0]["before"]
    assert "SHUTOFF" in predicted.returned["diff"][0]["after"]
    assert host.cloud.compute.get_server(before["server"]).status == "ACTIVE"
    assert host.told(host.run(state="stopped"))["action"] == "stop"
    assert host.cloud.compute.get_server(before["server"]).status == "SHUTOFF"
    assert host.run(state="stopped").returned["changed"] is False
    drift = host.told(host.run(state="checked"))["drift"]
    assert [(item["name"], item["reason"]) for item in drift] == [
        ("server", "'status': expected 'ACTIVE', got 'SHUTOFF'")
    ]
    assert host.run().returned["changed"] is False
    widened = host.told(host.run(host.host(management_cidrs=[*HOST["management_cidrs"], "192.0.2.0/24"])))
    assert [(item["name"], item["action"]) for item in widened["resources"]] == [("security_group", "update")]
    assert host.ids()["server"] == before["server"]
    assert host.told(host.run(state="started"))["action"] == "start"
    assert host.run(state="started").returned["changed"] is False
    assert host.told(host.run(state="restarted"))["action"] == "restart"
    assert host.cloud.compute.get_server(before["server"]).status == "ACTIVE"
    host.run(state="stopped")
    assert host.told(host.run(state="restarted"))["action"] == "restart"
    assert host.cloud.compute.get_server(before["server"]).status == "ACTIVE"


def test_a_stack_that_heat_suspended_is_resumed_through_heat(host: Lab) -> None:
    host.run()
    assert host.act("suspend") == "SUSPEND_COMPLETE"
    assert host.run().returned["changed"] is False
    refused = host.run(host.host(management_cidrs=["192.0.2.0/24"]))
    assert "its stack is suspended, and Heat updates none that is; resume it with state=started" in refused.message
    assert "its stack is suspended by Heat" in host.run(state="stopped").message
    assert host.told(host.run(state="checked"))["drift"][0]["reason"] == "it is SUSPEND_COMPLETE"
    told = host.told(host.run(state="started"))
    assert (told["action"], told["status"]) == ("start", "RESUME_COMPLETE")
    assert host.cloud.compute.get_server(host.ids()["server"]).status == "ACTIVE"
    assert host.run(state="started").returned["changed"] is False
    assert host.run().returned["changed"] is False


def test_power_of_a_host_that_is_not_there_or_has_no_server_names_it(cheap: Lab) -> None:
    assert cheap.run(state="started").message == f"host {cheap.name()}: does not exist; make it with state=present"
    cheap.create({"ssh_user": "broken"})
    assert (
        "has no server, its stack is CREATE_FAILED; repair it with state=present" in cheap.run(state="started").message
    )


def test_power_of_a_server_that_was_deleted_behind_our_back_says_so(host: Lab) -> None:
    host.run()
    host.delete_server()
    assert "its server was deleted behind Heat's back" in host.run(state="stopped").message


def test_a_host_that_fails_does_not_keep_the_others_from_going_on(cheap: Lab) -> None:
    hosts = [cheap.host(number, ssh_user="broken" if number == 2 else "debian") for number in range(1, 5)]
    result = cheap.run(*hosts, max_parallel=2)
    assert result.failed
    assert result.message.startswith(f"host {cheap.name(2)}: thing (OS::Heat::TestResource) failed")
    assert {row["stack_name"] for row in cheap.stacks()} == {cheap.name(number) for number in (1, 3, 4)}
    assert {row["stack_status"] for row in cheap.stacks()} == {"CREATE_COMPLETE"}
