# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers at work on one host at the same time: nothing is made twice, no declaration is lost in silence."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from tests.scale import modules

if TYPE_CHECKING:
    from tests.scale.lifecycle import Lab

PREFIX = "life-controllers"
CHANGED = "another controller changed it meanwhile"
GONE = "the stack was deleted meanwhile by someone else; run again"


def test_two_creations_make_one_host(host: Lab) -> None:
    hosts = [host.host(number) for number in (1, 2, 3)]
    first, second = host.start(*hosts), host.start(*hosts)
    results = [modules.result(first), modules.result(second)]
    assert [result.message for result in results if result.failed] == []
    assert sorted(row["stack_name"] for row in host.stacks()) == [host.name(number) for number in (1, 2, 3)]
    assert {row["stack_status"] for row in host.stacks()} == {"CREATE_COMPLETE"}
    servers = [server.name for server in host.cloud.compute.servers() if server.name.startswith(PREFIX)]
    assert sorted(servers) == [host.name(number) for number in (1, 2, 3)]
    for number in (1, 2, 3):
        actions = sorted(host.told(result, number)["action"] for result in results)
        assert actions == ["create", "none"]
        assert len({host.told(result, number)["stack_id"] for result in results}) == 1


def test_heat_s_second_stack_of_a_name_goes_away_again(cheap: Lab) -> None:
    """Heat looks for a name and takes it in two steps, so that two who ask at the same moment get a stack each."""
    hosts = [cheap.host(number, ready_timeout=2) for number in range(1, 11)]
    running = [cheap.start(*hosts, max_parallel=10) for _controller in range(2)]
    results = [modules.result(process) for process in running]
    assert [result.message for result in results if result.failed] == []
    assert sorted(row["stack_name"] for row in cheap.stacks()) == sorted(host["name"] for host in hosts)
    for number in range(1, 11):
        assert len({cheap.told(result, number)["stack_id"] for result in results}) == 1


def test_two_updates_to_the_same_end_there(host: Lab) -> None:
    host.run()
    before = host.ids()
    wanted = host.host(management_cidrs=["192.0.2.0/24"])
    first, second = host.start(wanted), host.start(wanted)
    results = [modules.result(first), modules.result(second)]
    assert [result.message for result in results if result.failed] == []
    assert host.ids() == before
    assert host.run(wanted).returned["changed"] is False


@pytest.mark.parametrize("delay", [0.0, 0.7, 1.5, 3.0])
def test_of_two_updates_to_different_inputs_the_last_holds_and_none_is_lost_in_silence(
    cheap: Lab, delay: float
) -> None:
    cheap.run(cheap.host(ready_timeout=2))
    wanted = [cheap.host(ssh_user=user, ready_timeout=2) for user in ("one", "two")]
    first = cheap.start(wanted[0])
    time.sleep(delay)
    second = cheap.start(wanted[1])
    results = [modules.result(first), modules.result(second)]
    cheap.wait()
    holds = [cheap.run(host, check=True).returned["changed"] is False for host in wanted]
    assert sorted(holds) == [False, True]
    for result, held in zip(results, holds, strict=True):
        if held:
            assert not result.failed, result.message
        else:
            assert not result.failed or CHANGED in result.message
    if not any(result.failed for result in results):  # one after the other: the later one holds, and says what it did
        later = cheap.told(results[holds.index(True)])
        assert later["action"] == "update"


def test_an_update_that_is_overtaken_says_so(cheap: Lab) -> None:
    cheap.run(cheap.host(ready_timeout=8))
    running = cheap.start(cheap.host(ssh_user="one", ready_timeout=8))
    cheap.wait("UPDATE_IN_PROGRESS")
    cheap.update({"ssh_user": "two"}, tags="heatdock,heatdock-inputs-other")
    overtaken = modules.result(running)
    assert f"host {cheap.name()}: {CHANGED} to other inputs, it is UPDATE_" in overtaken.message
    assert "agree on one declaration and run again" in overtaken.message
    cheap.wait()
    assert cheap.run(cheap.host(ssh_user="one")).returned["changed"]


def test_a_creation_that_is_overtaken_by_an_update_is_not_deleted(cheap: Lab) -> None:
    running = cheap.start(cheap.host(ready_timeout=5))
    cheap.wait("CREATE_IN_PROGRESS")
    cheap.update({"ssh_user": "two"}, tags="heatdock,heatdock-inputs-other")
    assert CHANGED in modules.result(running).message
    cheap.wait()
    assert cheap.status() == "UPDATE_COMPLETE"


def test_a_deletion_and_a_creation_at_once_end_in_what_the_messages_say(host: Lab) -> None:
    for delay in (0.0, 2.0, 4.0):
        creation = host.start()
        time.sleep(delay)
        deletion = host.start(state="absent")
        created, deleted = modules.result(creation), modules.result(deletion)
        assert not deleted.failed, deleted.message
        if created.failed:
            assert GONE in created.message
            assert host.stack() is None
        elif deleted.returned["changed"]:
            assert host.stack() is None
        else:
            assert host.status() == "CREATE_COMPLETE"
        servers = [server for server in host.cloud.compute.servers() if server.name.startswith(PREFIX)]
        assert len(servers) == len(host.stacks())
        host.clear()


def test_a_creation_waits_for_a_deletion_and_then_creates(cheap: Lab) -> None:
    assert cheap.template
    cheap.template["resources"]["thing"]["properties"]["action_wait_secs"]["delete"] = 4
    stack_id = cheap.told(cheap.run())["stack_id"]
    deletion = cheap.start(state="absent")
    cheap.wait("DELETE_IN_PROGRESS")
    told = cheap.told(cheap.run())
    assert told["action"] == "create"
    assert told["stack_id"] != stack_id
    assert not modules.result(deletion).failed
    assert cheap.status() == "CREATE_COMPLETE"
