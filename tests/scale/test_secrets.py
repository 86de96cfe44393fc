# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that a declaration takes from the environment are in nothing that is printed, kept, or shown by Heat."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from tests.scale.cloud import HOST, ROOT, TEMPLATE
from tests.scale.project import KEYS, Project
from tests.scale.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import CompletedProcess

PLANTED = "pl4nted"
"""What stands in each secret, but for those that are too plain for it."""
FIRST = {
    "PLANTED_PROXY": f"http://user:{PLANTED}@proxy.example:3128",
    "PLANTED_TOKEN": f'{PLANTED}-"quoted\\token',
    "PLANTED_PIN": "48151623",
    "PLANTED_SHORT": "~z~",
}
SECOND = {
    **{name: value.replace(PLANTED, f"{PLANTED}-anew") for name, value in FIRST.items()},
    "PLANTED_PIN": "48151624",
    "PLANTED_SHORT": "~y~",
}
SEARCHED = (PLANTED, "4815162", "~z~", "~y~")
LOUD = ("-vvv", "--diff")
PROVISION = str(ROOT / "playbooks/provision.yml")


def from_environment(name: str) -> str:
    """Return what takes a value from the environment."""
    return f"{{{{ lookup('ansible.builtin.env', '{name}') }}}}"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """Declare a host whose secrets come from the environment."""
    folder = tmp_path_factory.mktemp("secrets")
    template = yaml.safe_load(Path(TEMPLATE).read_text(encoding="utf-8"))
    declared = {
        **HOST,
        "key_name": KEYS[0],
        "http_proxy": from_environment("PLANTED_PROXY"),
        "https_proxy": from_environment("PLANTED_PROXY"),
        "cloud_config": f"#cloud-config\nruncmd: [['true', '{from_environment('PLANTED_TOKEN')}']]\n",
        "engine_environment": {
            "TOKEN": from_environment("PLANTED_TOKEN"),
            "PIN": from_environment("PLANTED_PIN"),
            "SHORT": from_environment("PLANTED_SHORT"),
            "MODE": "1",
        },
    }
    with Project("secrets", folder) as project:
        made = Repository(project, folder, {"web1": declared}, template)
        inventory = {
            "plugin": "heatdock.hosts.stacks",
            "clouds_files": project.access["clouds_files"],
            "cache": True,
            "cache_plugin": "ansible.builtin.jsonfile",
            "cache_connection": str(folder / "cache"),
        }
        (folder / "stacks.heat.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
        yield made


def expect_no_secret(repository: Repository, done: CompletedProcess[str], status: int) -> None:
    """Expect none in what a command printed, and in no file."""
    printed = done.stdout + done.stderr
    assert done.returncode == status, printed
    assert "web1" in printed + "".join(path.name for path in repository.folder.iterdir())
    assert [text for text in SEARCHED if text in printed] == []
    files = [path for path in repository.folder.rglob("*") if path.is_file()]
    assert [path for path in files for text in SEARCHED if text.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("secrets", [FIRST, SECOND], ids=["new", "changed"])
def test_plan_and_apply_show_none(repository: Repository, secrets: dict[str, str]) -> None:
    planned = repository.command(ROOT / "bin/heatdock-plan", *LOUD, **secrets)
    expect_no_secret(repository, planned, 2)
    applied = repository.command("ansible-playbook", PROVISION, "-e", "plan_file=plan.json", *LOUD, **secrets)
    expect_no_secret(repository, applied, 0)
    assert repository.stacks()["web1"][1].endswith("_COMPLETE")


def test_the_secrets_are_on_their_way_to_the_host(repository: Repository) -> None:
    session = repository.project.session()
    stack = session.orchestration.find_stack("web1")
    template = session.orchestration.get(f"/stacks/{stack.name}/{stack.id}/template").json()
    assert template["parameters"]["http_proxy"]["hidden"]
    assert repository.command(ROOT / "bin/heatdock-plan", **SECOND).returncode == 0
    assert repository.command(ROOT / "bin/heatdock-plan", **FIRST).returncode == 2


def test_drift_and_refusals_show_none(repository: Repository) -> None:
    drift = repository.command(ROOT / "bin/heatdock-drift", *LOUD, **FIRST)
    expect_no_secret(repository, drift, 2)
    wrong = {**SECOND, "PLANTED_PROXY": f"{PLANTED}:no-url"}
    refused = repository.command("ansible-playbook", PROVISION, *LOUD, **wrong)
    expect_no_secret(repository, refused, 2)
    assert "http_proxy" in refused.stdout


def test_inventory_and_its_cache_have_none(repository: Repository) -> None:
    source = str(repository.folder / "stacks.heat.yml")
    listed = repository.command("ansible-inventory", "--list", "-i", source, **SECOND)
    expect_no_secret(repository, listed, 0)
    assert '"MODE"' not in listed.stdout.partition('"heat_stack"')[2].partition('"outputs"')[0]
    assert list((repository.folder / "cache").iterdir())


def test_heat_shows_none(repository: Repository) -> None:
    session = repository.project.session()
    stack = session.orchestration.find_stack("web1")
    base = f"/stacks/{stack.name}/{stack.id}"
    for path in (base, f"{base}/environment", f"{base}/events", f"{base}/resources", "/stacks"):
        answer = session.orchestration.get(path)
        assert answer.ok
        assert PLANTED not in answer.text
