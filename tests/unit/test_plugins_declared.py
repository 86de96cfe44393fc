# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A declaration that cannot work is told before a cloud is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._declared import host_problems
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source, load_template
from memory_cloud import HOST, declared

FULL = load_template(str(Path(__file__).parents[2] / "heat-templates/docker-host-full.yaml"))


@pytest.mark.parametrize("name", ["web1", "Web-1", "w1.example.com", "a" * 63])
def test_a_host_name_is_accepted(name: str) -> None:
    assert host_problems(declared(name)) == []


@pytest.mark.parametrize("name", ["", "w", "1web", "web_1", "web1-", "web1.", "wéb1", "web 1", "a" * 64])
def test_what_is_no_host_name_is_refused(name: str) -> None:
    [problem] = host_problems(declared(name))
    assert "is not a host name" in problem


@pytest.mark.parametrize(
    ("cidr", "reason"),
    [
        ("10.88.0.7/24", 'has host bits set; its network is "10.88.0.0/24"'),
        ("2001:db8::1/64", 'has host bits set; its network is "2001:db8::/64"'),
        ("10.88.0.0/33", "is not a network"),
        ("everyone", "is not a network"),
    ],
)
def test_what_is_no_network_is_refused(cidr: str, reason: str) -> None:
    [problem] = host_problems(declared(management_cidrs=["10.0.0.0/8", cidr]))
    assert f'management_cidrs "{cidr}" {reason}' in problem


def problems_of(**changes: Any) -> list[str]:
    return host_problems(Source(FULL, {**HOST, **changes}, stack_name="web1"))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"fixed_addresses": ["", "10.1.0.5"], "extra_networks": ["second"]},
        {"docker_transport": "ssh", "engine_options": {"tlsverify": False}},
        {"engine_options": {"hosts": ["fd://", "tcp://10.0.0.5:2376"]}},
        {"floating_network": "", "fixed_addresses": ["2001:db8::5"], "ip_version": 6},
        {"registry_mirrors": ["https://mirror.example/hub/"], "insecure_registries": ["a:5000", "10.0.0.0/8", "b"]},
        {"engine_labels": ["rack=7", "row=a=b"], "engine_environment": {"TZ": "UTC"}},
        {"address_pools": [{"base": "10.200.0.0/16", "size": 24}, {"base": "fd00:1::/48", "size": 64}]},
        {"engine_source": "docker", "engine_repository": "https://mirror.example/debian"},
        {"docker_transport": "ssh", "engine_options": {"debug": True, "hosts": ["fd://"], "tlsverify": None}},
        {"boot_volume_size": 20, "boot_volume_type": "fast", "boot_volume_delete": False},
        {"http_proxy": "http://proxy.example:3128", "no_proxy": ".example"},
        {"ssh_user": "operators"},
        {"ssh_user": "ubuntu"},
        {"log_options": {"max-file": "3"}, "engine_options": {"log-opts": {"max-file": "3"}, "mtu": 1400}},
        {"engine_options": {"log-opts": None}},
    ],
)
def test_what_works_is_accepted(changes: dict[str, Any]) -> None:
    assert problems_of(**changes) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"nameservers": ["dns.example"]}, 'nameservers "dns.example" is not an address; write it as in 203.0.113.5'),
        ({"fixed_addresses": ["10.0.0.0/8"]}, 'fixed_addresses "10.0.0.0/8" is not an address'),
        ({"http_proxy": "proxy.example:3128"}, 'http_proxy "proxy.example:3128" is not a URL'),
        ({"registry_mirrors": ["mirror.example"]}, 'registry_mirrors "mirror.example" is not a URL'),
        ({"registry_mirrors": ["https://me@mirror.example"]}, "has a user, a query or a fragment"),
        ({"insecure_registries": ["http://a:5000"]}, 'insecure_registries "http://a:5000" is not a network'),
        ({"insecure_registries": ["a b"]}, 'insecure_registries "a b" is not a registry'),
        ({"engine_labels": ["rack"]}, 'engine_labels "rack" is not a label; write it as in rack=7'),
        ({"engine_labels": ["a=1", "a=2"]}, 'engine_labels has "a" more than once'),
        ({"boot_volume_type": "fast"}, 'boot_volume_type "fast" does nothing without boot_volume_size; set that'),
        ({"boot_volume_name": "disk"}, 'boot_volume_name "disk" does nothing without boot_volume_size'),
        (
            {"boot_volume_device": "vda"},
            '"vda" does nothing without boot_volume_size or boot_volume',
        ),
        ({"boot_volume_delete": False}, "boot_volume_delete is false and no volume is made"),
        ({"boot_volume": "mine", "boot_volume_size": 20}, "boot_volume and boot_volume_size are both set"),
        ({"no_proxy": ".example"}, 'no_proxy ".example" does nothing without http_proxy or https_proxy'),
        (
            {"engine_repository": "https://mirror.example"},
            "engine_repository does nothing with engine_source",
        ),
        ({"ssh_user": "operator"}, 'ssh_user "operator" is refused: '),
        ({"ssh_user": "systemd-network"}, "none of the users and groups that an image has"),
        ({"ssh_user": "Deploy"}, "choose another, for example deploy"),
        ({"ssh_port": 2376}, 'ssh_port "2376" is dockerd\'s own'),
        ({"fixed_addresses": ["", "10.1.0.5"]}, "fixed_addresses has 2 items and the host 1 networks"),
        ({"floating_network": "", "fixed_addresses": ["10.0.0.5"], "ip_version": 6}, 'ip_version "6" is not that of'),
        ({"address_pools": [{"base": "10.200.0.1/16", "size": 24}]}, 'its network is "10.200.0.0/16"'),
        (
            {"address_pools": [{"base": "10.200.0.0/16", "size": 8}]},
            '"8" fits no network of "10.200.0.0/16"; give 16 to 32',
        ),
        ({"address_pools": [{"base": "10.0.0.0/8", "size": 24}, {"base": "10.200.0.0/16", "size": 24}]}, "overlap"),
        ({"address_pools": ["10.0.0.0/8"]}, "address_pools[0] is not a map of base and size"),
        ({"engine_options": '["debug"]'}, "engine_options is not a map"),
        ({"engine_options": "{debug"}, "engine_options"),
        ({"engine_options": {"tlsverify": False}}, "engine_options turn tlsverify off"),
        ({"engine_options": {"tlskey": None}}, "engine_options take dockerd's certificates away"),
        ({"engine_options": {"hosts": "tcp://0.0.0.0"}}, 'engine_options have "tcp://0.0.0.0" as hosts'),
        ({"engine_options": {"hosts": ["fd://"]}}, "engine_options have no TCP port 2376 among hosts"),
        ({"engine_options": {"hosts": None}}, "engine_options have no TCP port 2376 among hosts"),
        (
            {"docker_transport": "ssh", "engine_options": {"hosts": ["tcp://:2376"], "tlsverify": False}},
            "engine_options turn tlsverify off",
        ),
        ({"engine_environment": {"A B": "1"}}, 'engine_environment "A B" is not the name of a variable'),
        ({"log_options": {"max-file": 3, "max-size": "1m"}}, 'log_options "max-file" is not a text; put its value in'),
        ({"log_options": '{"max-file": 3}'}, 'log_options "max-file" is not a text'),
        ({"engine_environment": '{"DEBUG": true}'}, 'engine_environment "DEBUG" is not a text'),
        ({"engine_options": {"log-opts": {"max-file": 3}}}, 'engine_options log-opts "max-file" is not a text'),
        ({"extra_networks": ["a", "b", "c", "d"]}, "extra_networks"),
        ({"hardening": "loose"}, 'hardening "loose" is not one of'),
        ({"ip_version": 5}, "ip_version"),
        ({"cloud_config": "x" * 8193}, "cloud_config"),
    ],
)
def test_what_cannot_work_is_said_in_one_sentence(changes: dict[str, Any], problem: str) -> None:
    [said] = problems_of(**changes)
    assert problem in said
