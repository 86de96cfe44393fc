# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docker-machine's store says of its hosts is what create takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from tests.docker_machine_store import OPENSTACK, write_machine

from cli.commands import create, import_
from cli.machine import Machine, read_store
from cli.options import given

if TYPE_CHECKING:
    from pathlib import Path


def read(store: Path) -> Machine:
    ((machine,), others) = read_store(store)
    assert others == {}
    return machine


def declared(machine: Machine) -> dict[str, Any]:
    return given(create.command.make_context("create", [*machine.words(), machine.name]).params).declared()


def test_its_flags_are_those_that_create_takes(tmp_path: Path) -> None:
    write_machine(tmp_path, "web1")
    assert declared(read(tmp_path)) == {
        "docker_host_image": OPENSTACK["ImageId"],
        "docker_host_flavor": "docker.small",
        "docker_host_network": "private",
        "docker_host_key_name": "heatdock",
        "docker_host_floating_network": "public",
        "docker_host_security_groups": ["default", "web"],
        "docker_host_ssh_user": "debian",
        "docker_host_storage_driver": "overlay2",
        "docker_host_insecure_registries": ["registry.example:5000"],
        "docker_host_engine_labels": ["spam=eggs"],
        "docker_host_engine_options": {"log-driver": "journald"},
        "docker_host_engine_environment": {"TEST": "VALUE"},
        "docker_engine_pki_sans": ["docker.example"],
    }


def test_no_secret_of_the_cloud_is_taken(tmp_path: Path) -> None:
    write_machine(tmp_path, "web1")
    assert str(OPENSTACK["Password"]) not in " ".join(read(tmp_path).words())


def test_a_key_pair_that_goes_with_the_machine_is_left_out(tmp_path: Path) -> None:
    write_machine(tmp_path, "web1", ExistingKey=False)
    assert "docker_host_key_name" not in declared(read(tmp_path))


def test_the_usual_login_user_is_the_images(tmp_path: Path) -> None:
    write_machine(tmp_path, "web1", SSHUser="root")
    assert "docker_host_ssh_user" not in declared(read(tmp_path))


@pytest.mark.parametrize(
    ("address", "url"),
    [("192.0.2.7", "tcp://192.0.2.7:2376"), ("2001:db8::7", "tcp://[2001:db8::7]:2376"), ("", "")],
)
def test_its_daemon_is_at_its_address(tmp_path: Path, address: str, url: str) -> None:
    write_machine(tmp_path, "web1", IPAddress=address)
    assert read(tmp_path).url == url


def test_machines_of_other_drivers_are_told(tmp_path: Path) -> None:
    write_machine(tmp_path, "local", driver="virtualbox")
    assert read_store(tmp_path) == ([], {"local": "virtualbox"})


def test_what_is_no_store_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HeatdockError, match="is no store of docker-machine"):
        read_store(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"Driver": 1}'])
def test_what_is_no_machine_is_an_error_that_names_the_file(tmp_path: Path, text: str) -> None:
    (write_machine(tmp_path, "web1") / "config.json").write_text(text, encoding="utf-8")
    with pytest.raises(HeatdockError, match=r"web1/config\.json"):
        read_store(tmp_path)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("1web", 'the name "1web" is not a host name; use 2 to 63 letters'),
        ("default", "default is the docker client's own name for the local daemon"),
    ],
)
def test_a_name_that_no_host_can_have_is_refused_before_the_fleet_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, reason: str
) -> None:
    monkeypatch.setenv("HEATDOCK_FLEET", "/nowhere")
    for machine in ("web1", name):
        write_machine(tmp_path, machine)
    with pytest.raises(HeatdockError, match=f"machine {name}: {reason}.*; leave it out by naming the others"):
        imported(tmp_path)
    with pytest.raises(HeatdockError, match="/nowhere is no fleet"):
        imported(tmp_path, "web1")


def imported(store: Path, *names: str) -> None:
    import_.command.main(["--store", str(store), *names], standalone_mode=False)
