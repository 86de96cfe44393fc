# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an application credential is good for: a plan by one that may only read; no stack, as Keystone is by default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.scale import modules
from tests.scale.cloud import ROOT
from tests.scale.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "credentials"
ROLES = {"reader": ["reader"], "member": None}
"""The credentials' roles; None for all that their user has."""
TEMPLATE = str(ROOT / "tests/scale/templates/plain.yaml")


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory, admin: Any) -> Iterator[dict[str, Path]]:
    """Make a project with a host, and application credentials of its user; return the clouds.yaml of each."""
    folder = tmp_path_factory.mktemp("project")
    with Project(NAME, folder) as project:
        made = modules.run("docker_hosts", {**project.access, "template": TEMPLATE, "hosts": [{"name": "old"}]})
        assert not made.failed, made.message
        yield {NAME: project.clouds, **{name: _clouds(project, admin, name, folder) for name in ROLES}}


def _clouds(project: Project, admin: Any, name: str, folder: Path) -> Path:
    mine = project.session()
    roles = [{"id": admin.identity.find_role(role).id} for role in ROLES[name] or ()]
    given = {"roles": roles} if roles else {"unrestricted": True}
    credential = mine.identity.create_application_credential(mine.current_user_id, name=name, **given)
    auth = {
        "auth_url": project.entry["auth"]["auth_url"],
        "application_credential_id": credential.id,
        "application_credential_secret": credential.secret,
    }
    entry = {"auth_type": "v3applicationcredential", "region_name": project.entry["region_name"], "auth": auth}
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({"clouds": {name: entry}}), encoding="utf-8")
    return path


def run(clouds: dict[str, Path], cloud: str, host: dict[str, Any], *, check: bool = False) -> modules.Result:
    arguments = {"cloud": cloud, "clouds_files": [str(clouds[cloud])], "template": TEMPLATE, "hosts": [host]}
    return modules.run("docker_hosts", arguments, check=check)


@pytest.mark.parametrize(
    ("host", "action"),
    [({"name": "new"}, "create"), ({"name": "old", "flavor": "two"}, "update"), ({"name": "old"}, "none")],
)
def test_who_may_only_read_plans_as_anyone_does(clouds: dict[str, Path], host: dict[str, Any], action: str) -> None:
    plans = [run(clouds, cloud, host, check=True) for cloud in ("reader", NAME)]
    assert [plan.message for plan in plans] == ["", ""]
    assert plans[0].returned["hosts"][host["name"]]["action"] == action
    assert plans[0].returned["plan"] == plans[1].returned["plan"]


def test_who_may_only_read_changes_nothing(clouds: dict[str, Path]) -> None:
    assert "You are not authorized to use stacks:create" in run(clouds, "reader", {"name": "new"}).message
    assert "You are not authorized to use stacks:" in run(clouds, "reader", {"name": "old", "flavor": "two"}).message


def test_a_trust_that_keystone_denies_is_told_with_what_to_do(clouds: dict[str, Path]) -> None:
    message = run(clouds, "member", {"name": "new"}).message
    assert "which Keystone may deny an application credential: use a password then" in message
    assert run(clouds, NAME, {"name": "new"}, check=True).returned["hosts"]["new"]["action"] == "create"


def test_what_is_there_is_changed_by_an_application_credential(clouds: dict[str, Path]) -> None:
    changed = run(clouds, "member", {"name": "old", "flavor": "two"})
    assert not changed.failed, changed.message
    assert changed.returned["hosts"]["old"]["action"] == "update"
