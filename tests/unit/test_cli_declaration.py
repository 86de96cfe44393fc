# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts are written into an inventory and taken out again, and everything else in it stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

from cli import declaration

if TYPE_CHECKING:
    from pathlib import Path

INVENTORY = """\
---
# The fleet, as it grew.
docker_hosts:
  vars:
    docker_host_image: 'debian-13'   # the one with the engine
    docker_host_management_cidrs:
      - 192.0.2.0/24
  children:
    builders:
      hosts:
        build1:   # slow
  hosts:
    # the old one
    web1:
      docker_host_flavor: m1.small
    web2:
others:
  hosts:
    db1:
"""


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    path = tmp_path / "hosts.yml"
    path.write_text(INVENTORY, encoding="utf-8")
    path.chmod(0o640)
    return path


def test_a_host_is_added_last_and_nothing_else_changes(inventory: Path) -> None:
    declaration.add(inventory, "web3", {"docker_host_flavor": "m1.large", "docker_host_engine_labels": ["a=b"]})
    added = "    web3:\n      docker_host_flavor: m1.large\n      docker_host_engine_labels:\n        - a=b\n"
    assert inventory.read_text(encoding="utf-8") == INVENTORY.replace("    web2:\n", f"    web2:\n{added}")
    assert inventory.stat().st_mode & 0o777 == 0o640


def test_what_was_added_is_taken_out_again(inventory: Path) -> None:
    declaration.add(inventory, "web3", {})
    declaration.remove(inventory, ["web3"])
    assert inventory.read_text(encoding="utf-8") == INVENTORY


def test_lists_stand_as_deep_as_they_stood(inventory: Path) -> None:
    flush = INVENTORY.replace("      - 192.0.2.0/24", "    - 192.0.2.0/24")
    inventory.write_text(flush, encoding="utf-8")
    declaration.add(inventory, "web3", {})
    declaration.remove(inventory, ["web3"])
    assert inventory.read_text(encoding="utf-8") == flush


def test_hosts_are_taken_out_of_whatever_group(inventory: Path) -> None:
    declaration.remove(inventory, ["build1", "web1", "nobody"])
    left = yaml.safe_load(inventory.read_text(encoding="utf-8"))
    assert list(left["docker_hosts"]["hosts"]) == ["web2"]
    assert not left["docker_hosts"]["children"]["builders"]["hosts"]
    assert list(left["others"]["hosts"]) == ["db1"]


def test_a_host_s_own_values_are_read(inventory: Path) -> None:
    assert declaration.variables_of(inventory, "web1") == {"docker_host_flavor": "m1.small"}
    assert declaration.variables_of(inventory, "build1") == {}
    assert declaration.variables_of(inventory, "web9") is None


@pytest.mark.parametrize("text", ["", "---\n", "docker_hosts:\n", "---\ndocker_hosts:\n  vars: {}\n"])
def test_an_inventory_without_hosts_gets_its_first(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hosts.yml"
    path.write_text(text, encoding="utf-8")
    declaration.add(path, "web1", {"docker_host_flavor": "big"})
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["docker_hosts"]["hosts"] == {
        "web1": {"docker_host_flavor": "big"}
    }


def test_a_link_to_the_inventory_stays_one(tmp_path: Path, inventory: Path) -> None:
    (tmp_path / "link.yml").symlink_to(inventory)
    declaration.add(tmp_path / "link.yml", "web3", {})
    assert (tmp_path / "link.yml").is_symlink()
    assert declaration.variables_of(inventory, "web3") == {}


@pytest.mark.parametrize("text", ["- a\n", "a: [\n"])
def test_what_is_no_inventory_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hosts.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HeatdockError):
        declaration.add(path, "web1", {})
    assert path.read_text(encoding="utf-8") == text
