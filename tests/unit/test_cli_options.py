# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of create, by today's names, those of 2014 and docker-machine's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import HOST_OPTIONS

from cli.commands.create import command
from cli.options import REFUSED, Given, given
from cli.own_cloud import clouds_entry

FLAGS = yaml.safe_load((Path(__file__).parents[2] / "heat-templates/src/flags.yaml").read_text(encoding="utf-8"))
BY_NAME = {name: item for item in command.params if isinstance(item, click.Option) for name in item.opts}


def parsed(line: str) -> Given:
    """Return what the options of a command line say."""
    context = command.make_context("create", [*line.split(), "web1"])
    return given(context.params)


def test_every_parameter_has_an_option() -> None:
    missing = [name for name in HOST_OPTIONS if name != "name" and f"--{name.replace('_', '-')}" not in BY_NAME]
    assert missing == []


@pytest.mark.parametrize("flag", [(flag, about) for flags in FLAGS.values() for flag, about in flags.items()])
def test_every_flag_of_docker_machine_is_taken_for_what_it_is(flag: tuple[str, dict[str, Any]]) -> None:
    name, about = flag
    if f"--{name}" in REFUSED:
        return
    option = BY_NAME.get(f"--{name}")
    if option is None:  # two flags of rancher-machine in one
        assert name == "openstack-boot-from-volume"
    elif "parameters" in about:
        assert option.name in about["parameters"]


def test_the_line_of_2014_says_what_it_said() -> None:
    said = parsed(
        "-d openstack --openstack-image-id=0d2e --openstack-auth-endpoint=http://cloud:5000/v2.0/ "
        "--openstack-floating-net=public --openstack-username=demo --openstack-password=secret "
        "--openstack-tenant-id=9b1c --openstack-keypair=mine --openstack-region-name=RegionOne "
        "--openstack-net-id=4f6a --openstack-flavor=m1.small --openstack-nameserver=192.0.2.1 "
        "--openstack-secgroup-id=77aa"
    )
    assert said.parameters == {
        "image": "0d2e",
        "flavor": "m1.small",
        "key_name": "mine",
        "network": "4f6a",
        "floating_network": "public",
        "nameservers": ["192.0.2.1"],
        "security_groups": ["77aa"],
    }
    assert clouds_entry(said.cloud) == {
        "auth": {
            "auth_url": "http://cloud:5000",
            "username": "demo",
            "password": "secret",
            "project_id": "9b1c",
            "user_domain_id": "default",
        },
        "region_name": "RegionOne",
    }


@pytest.mark.parametrize(
    ("line", "parameters"),
    [
        ("--openstack-net-id a,b,c", {"network": "a", "extra_networks": ["b", "c"]}),
        ("--openstack-metadata k1,v1,k2,v2", {"metadata": {"k1": "v1", "k2": "v2"}}),
        ("--metadata k=v=w", {"metadata": {"k": "v=w"}}),
        ("--openstack-sec-groups a,b --security-groups c", {"security_groups": ["a", "b", "c"]}),
        ("--openstack-config-drive", {"config_drive": True}),
        ("--no-config-drive", {"config_drive": False}),
        ("--openstack-active-timeout 200", {"ready_timeout": 200}),
        ("--engine-label a=b --engine-label c=d", {"engine_labels": ["a=b", "c=d"]}),
        ("--engine-opt dns=192.0.2.1 --engine-opt mtu=1400", {"engine_options": {"dns": ["192.0.2.1"], "mtu": 1400}}),
        ("--engine-opt debug", {"engine_options": {"debug": True}}),
        ("--engine-opt bip=10.9.0.1/24", {"engine_options": {"bip": "10.9.0.1/24"}}),
        (
            "--engine-env HTTP_PROXY=http://p:1 --engine-env A=b",
            {"http_proxy": "http://p:1", "engine_environment": {"A": "b"}},
        ),
        ("--engine-env no_proxy=x", {"no_proxy": "x"}),
        ('--address-pools {"base":"10.9.0.0/16","size":24}', {"address_pools": [{"base": "10.9.0.0/16", "size": 24}]}),
    ],
)
def test_values_become_those_of_the_parameters(line: str, parameters: dict[str, Any]) -> None:
    assert parsed(line).parameters == parameters


def test_a_file_of_first_boot_is_read(tmp_path: Path) -> None:
    (tmp_path / "user-data").write_text("#cloud-config\n", encoding="utf-8")
    assert parsed(f"--openstack-user-data-file {tmp_path}/user-data").parameters == {"cloud_config": "#cloud-config\n"}


def test_what_is_no_parameter_is_a_variable_of_the_inventory(tmp_path: Path) -> None:
    (tmp_path / "key").touch()
    said = parsed(f"--tls-san web.example --tls-san 192.0.2.9 --openstack-private-key-file {tmp_path}/key")
    assert said.declared() == {
        "docker_engine_pki_sans": ["web.example", "192.0.2.9"],
        "ansible_ssh_private_key_file": f"{tmp_path}/key",
    }


@pytest.mark.parametrize(
    ("options", "entry"),
    [
        ({"username": "u", "project_name": "p", "user_domain_name": "D"}, {"project_domain_name": "D"}),
        ({"username": "u", "project_name": "p"}, {"user_domain_id": "default", "project_domain_id": "default"}),
        ({"user_id": "1", "project_id": "2"}, {}),
    ],
)
def test_names_of_users_and_projects_get_their_domain(options: dict[str, str], entry: dict[str, str]) -> None:
    auth = clouds_entry({"auth_url": "http://cloud:5000/v3", **options})["auth"]
    assert auth | entry == auth
    assert auth["auth_url"] == "http://cloud:5000/v3"


def test_the_cloud_s_other_options_stand_beside_the_credentials() -> None:
    said = parsed("--openstack-auth-url https://c --openstack-endpoint-type internalURL --openstack-insecure")
    assert clouds_entry(said.cloud) == {"auth": {"auth_url": "https://c"}, "interface": "internal", "verify": False}
