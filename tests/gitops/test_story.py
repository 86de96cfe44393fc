# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole story of a fleet in Git, with the example's own files, on real hosts; each test goes on from the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fleet import Cloud, physical_ids
from tests.gitops.forge import BY_NIGHT, MAIN, Forge

if TYPE_CHECKING:
    from collections.abc import Iterator

WELL, DIFFERENT = 0, 2
STAYS, COMES = "web1", "web2"
BRANCH = "more-hosts"


def stacks(cloud: Cloud) -> set[str]:
    """Name the stacks there are."""
    return {stack.name for stack in cloud.orchestration.stacks()}


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory, cloud: Cloud) -> Iterator[Forge]:
    """Return a server with nothing on it."""
    yield Forge(tmp_path_factory.mktemp("forge"))
    for stack in cloud.orchestration.stacks():
        cloud.delete_stack(stack.id, wait=True)


def test_the_first_push_makes_the_fleet(forge: Forge, cloud: Cloud) -> None:
    forge.declare(**{STAYS: {}})
    assert forge.push("A fleet of one") == WELL, forge.shown(MAIN)
    assert stacks(cloud) == {STAYS}
    assert forge.shown(MAIN, "plan.md").startswith("**Plan: 1 to create**")


def test_a_branch_gets_a_comment_and_changes_nothing(forge: Forge, cloud: Cloud) -> None:
    forge.branch(BRANCH)
    forge.declare(**{STAYS: {}, COMES: {"docker_host_engine_labels": ["tier=web"]}})
    assert forge.push("One more host") == DIFFERENT, forge.shown(BRANCH)
    comment = forge.shown(BRANCH, "plan.md")
    assert comment.startswith("**Plan: 1 to create, 1 unchanged**")
    assert f"| {COMES} | create |" in comment
    assert stacks(cloud) == {STAYS}


def test_merging_it_makes_it_happen(forge: Forge, cloud: Cloud) -> None:
    before = physical_ids(cloud, STAYS)
    assert forge.merge(BRANCH) == WELL, forge.shown(MAIN)
    assert stacks(cloud) == {STAYS, COMES}
    assert physical_ids(cloud, STAYS) == before


def test_a_quiet_night_is_quiet(forge: Forge) -> None:
    assert forge.night() == WELL, forge.shown(BY_NIGHT)


def test_a_change_by_hand_is_told_at_night_and_repaired_by_the_next_apply(forge: Forge, cloud: Cloud) -> None:
    group = physical_ids(cloud, STAYS)["security_group"]
    rule = {"direction": "ingress", "protocol": "tcp", "port_range_min": 80, "port_range_max": 80}
    cloud.network.create_security_group_rule(security_group_id=group, **rule)
    assert forge.night() == DIFFERENT, forge.shown(BY_NIGHT)
    report = forge.shown(BY_NIGHT, "drift.md")
    assert report.startswith("**Drift: 1 of 2 hosts")
    assert f"| {STAYS} | security\\_group (" in report
    assert forge.apply() == WELL, forge.shown(MAIN)
    assert forge.night() == WELL, forge.shown(BY_NIGHT)


def test_reverting_the_merge_removes_the_host_and_no_other(forge: Forge, cloud: Cloud) -> None:
    server = physical_ids(cloud, STAYS)["server"]
    assert forge.revert() == WELL, forge.shown(MAIN)
    assert stacks(cloud) == {STAYS}
    assert physical_ids(cloud, STAYS)["server"] == server
    assert "1 to delete" in forge.shown(MAIN, "plan.md")
