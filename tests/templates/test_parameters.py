# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each parameter of the full template does something: what, is seen in what Heat makes of it, or in a host's files."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.templates.resolved_stacks import HOST, ROOT, TEMPLATES, Stack, booted, resolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FULL = "docker-host-full.yaml"
PARAMETERS: dict[str, Any] = yaml.safe_load((TEMPLATES / FULL).read_text(encoding="utf-8"))["parameters"]
DAEMON = "/etc/docker/daemon.json"
AUDIT_RULES = "/etc/audit/rules.d/heatdock.rules"
DROP_INS = "/etc/systemd/system/docker.service.d"

Effect = tuple[dict[str, Any], "Callable[[Stack], Any]", Any]


def port_rules(stack: Stack) -> list[tuple[str, Any, str]]:
    return [
        (rule["ethertype"], int(rule["port_range_min"]), rule["remote_ip_prefix"])
        for rule in stack.resources["security_group"]["rules"]
    ]


def daemon(key: str) -> Callable[[Stack], Any]:
    return lambda stack: stack.settings["daemon"].get(key)


def server(key: str) -> Callable[[Stack], Any]:
    return lambda stack: stack.server.get(key)


def install(key: str) -> Callable[[Stack], Any]:
    return lambda stack: stack.settings["install"][key]


def disk(stack: Stack) -> dict[str, Any]:
    return {key: value for key, value in stack.server["block_device_mapping_v2"][0].items() if value is not None}


def early_file(path: str) -> Callable[[Stack], Any]:
    return lambda stack: {item["path"]: item["content"] for item in stack.settings["files"]}.get(path)


VOLUME = {"boot_volume_size": 20}
EFFECTS: dict[str, Effect] = {
    "image": ({"image": "other"}, server("image"), "other"),
    "flavor": ({"flavor": "other"}, server("flavor"), "other"),
    "key_name": ({"key_name": "other"}, server("key_name"), "other"),
    "network": ({"network": "other"}, lambda stack: stack.resources["port"]["network"], "other"),
    "management_cidrs": (
        {"management_cidrs": ["10.0.0.0/8", "2001:db8::/32"]},
        port_rules,
        [
            ("IPv4", 22, "10.0.0.0/8"),
            ("IPv4", 2376, "10.0.0.0/8"),
            ("IPv6", 22, "2001:db8::/32"),
            ("IPv6", 2376, "2001:db8::/32"),
        ],
    ),
    "floating_network": (
        {"floating_network": "other"},
        lambda stack: stack.resources["floating_ip"],
        {"floating_network": "other", "port_id": "port"},
    ),
    "extra_networks": (
        {"extra_networks": ["second", "third"]},
        lambda stack: (stack.resources["extra_port_1"]["network"], stack.server["networks"]),
        ("third", [{"port": "port"}, {"port": "extra_port_0"}, {"port": "extra_port_1"}]),
    ),
    "fixed_addresses": (
        {"extra_networks": ["second"], "fixed_addresses": ["10.0.0.7", "10.1.0.7"]},
        lambda stack: [stack.resources[name]["fixed_ips"] for name in ("port", "extra_port_0")],
        [[{"ip_address": "10.0.0.7"}], [{"ip_address": "10.1.0.7"}]],
    ),
    "ip_version": (
        {"ip_version": 6, "floating_network": ""},
        lambda stack: (stack.outputs["docker_endpoint"], stack.settings["daemon"]["hosts"]),
        ("tcp://[2001:db8::5]:2376", ["fd://", "tcp://[::]:2376"]),
    ),
    "docker_transport": (
        {"docker_transport": "ssh", "ssh_user": "deploy"},
        lambda stack: (
            port_rules(stack),
            stack.outputs["docker_endpoint"],
            stack.settings["daemon"]["hosts"],
            install("docker_user")(stack),
        ),
        ([("IPv4", 22, "192.0.2.0/24")], "ssh://deploy@203.0.113.5:22", ["fd://"], "deploy"),
    ),
    "security_groups": (
        {"security_groups": ["web", "db"]},
        lambda stack: stack.resources["port"]["security_groups"],
        ["security_group", "web", "db"],
    ),
    "nameservers": ({"nameservers": ["192.0.2.53"]}, lambda stack: stack.settings["nameservers"], ["192.0.2.53"]),
    "availability_zone": ({"availability_zone": "east"}, server("availability_zone"), "east"),
    "server_group": ({"server_group": "apart"}, server("scheduler_hints"), {"group": "apart"}),
    "metadata": ({"metadata": {"fleeting-cluster": "one"}}, server("metadata"), {"fleeting-cluster": "one"}),
    "config_drive": ({"config_drive": True}, server("config_drive"), True),
    "boot_volume_size": (
        VOLUME,
        lambda stack: (disk(stack), stack.resources["boot_disk"]["size"], stack.server.get("image")),
        ({"volume_id": "boot_disk", "boot_index": 0, "delete_on_termination": False}, 20, None),
    ),
    "boot_volume_type": (
        {**VOLUME, "boot_volume_type": "fast"},
        lambda stack: stack.resources["boot_disk"]["volume_type"],
        "fast",
    ),
    "boot_volume_name": (
        {**VOLUME, "boot_volume_name": "disk"},
        lambda stack: stack.resources["boot_disk"]["name"],
        "disk",
    ),
    "boot_volume_device": (
        {**VOLUME, "boot_volume_device": "vda"},
        lambda stack: disk(stack)["device_name"],
        "vda",
    ),
    "boot_volume_delete": (
        {**VOLUME, "boot_volume_delete": False},
        lambda stack: stack.deletion_policies["boot_disk"],
        "Retain",
    ),
    "boot_volume": (
        {**VOLUME, "boot_volume": "mine"},
        lambda stack: (disk(stack)["volume_id"], "boot_disk" in stack.resources),
        ("mine", False),
    ),
    "hardening": (
        {"hardening": "strict"},
        lambda stack: (
            stack.settings["daemon"]["userns-remap"],
            early_file("/etc/audit/rules.d/heatdock.rules")(stack),
        ),
        ("default", (ROOT / "roles/docker_engine/files/audit.rules").read_text(encoding="utf-8")),
    ),
    "engine_source": ({"engine_source": "docker"}, install("source"), "docker"),
    "engine_repository": (
        {"engine_repository": "http://mirror.example/debian"},
        install("repository"),
        "http://mirror.example/debian",
    ),
    "engine_repository_key": (
        {"engine_repository_key": "https://mirror.example/gpg"},
        install("repository_key"),
        "https://mirror.example/gpg",
    ),
    "engine_repository_fingerprint": ({"engine_repository_fingerprint": "00 FF"}, install("fingerprint"), "00 FF"),
    "engine_channel": ({"engine_channel": "test"}, install("channel"), "test"),
    "engine_version": ({"engine_version": "28.0"}, install("version"), "28.0"),
    "engine_packages": ({"engine_packages": ["docker.io", "runc"]}, install("packages"), "docker.io runc"),
    "storage_driver": ({"storage_driver": "btrfs"}, daemon("storage-driver"), "btrfs"),
    "registry_mirrors": (
        {"registry_mirrors": ["https://a", "https://b"]},
        daemon("registry-mirrors"),
        ["https://a", "https://b"],
    ),
    "insecure_registries": ({"insecure_registries": ["a:5000"]}, daemon("insecure-registries"), ["a:5000"]),
    "engine_labels": ({"engine_labels": ["rack=7", "row=2"]}, daemon("labels"), ["rack=7", "row=2"]),
    "log_driver": (
        {"log_driver": "journald"},
        lambda stack: (stack.settings["daemon"]["log-driver"], stack.settings["daemon"]["log-opts"]),
        ("journald", {}),
    ),
    "log_options": ({"log_options": {"max-size": "1m"}}, daemon("log-opts"), {"max-size": "1m"}),
    "address_pools": (
        {"address_pools": [{"base": "10.200.0.0/16", "size": 24}]},
        daemon("default-address-pools"),
        [{"base": "10.200.0.0/16", "size": 24}],
    ),
    "http_proxy": (
        {"http_proxy": "http://proxy.example:3128"},
        lambda stack: (install("http_proxy")(stack), stack.settings["environment"]),
        ("http://proxy.example:3128", {"HTTP_PROXY": "http://proxy.example:3128"}),
    ),
    "https_proxy": (
        {"https_proxy": "http://proxy.example:3128"},
        lambda stack: (install("https_proxy")(stack), stack.settings["environment"]),
        ("http://proxy.example:3128", {"HTTPS_PROXY": "http://proxy.example:3128"}),
    ),
    "no_proxy": (
        {"no_proxy": "10.0.0.0/8,.example"},
        lambda stack: (install("no_proxy")(stack), stack.settings["environment"]),
        ("10.0.0.0/8,.example", {"NO_PROXY": "10.0.0.0/8,.example"}),
    ),
    "engine_options": (
        {"engine_options": {"debug": True, "userland-proxy": None}, "engine_labels": ["a=b"]},
        lambda stack: [stack.settings["daemon"].get(key, "?") for key in ("debug", "userland-proxy", "labels")],
        [True, None, ["a=b"]],
    ),
    "engine_environment": (
        {"engine_environment": {"HTTP_PROXY": "http://b", "TZ": "UTC"}, "http_proxy": "http://a"},
        lambda stack: stack.settings["environment"],
        {"HTTP_PROXY": "http://b", "TZ": "UTC"},
    ),
    "ssh_user": (
        {"ssh_user": "admin"},
        lambda stack: (stack.config["user"], stack.outputs["ssh_user"]),
        ({"name": "admin"}, "admin"),
    ),
    "ssh_port": (
        {"ssh_port": 2222},
        lambda stack: (
            early_file("/etc/ssh/sshd_config.d/20-heatdock-port.conf")(stack),
            stack.outputs["ssh_port"],
            port_rules(stack)[0],
        ),
        ("Port 2222\n", 2222, ("IPv4", 2222, "192.0.2.0/24")),
    ),
    "cloud_config": (
        {"cloud_config": '#cloud-config\npackages: ["jq"]\nruncmd:\n  - echo "a \\ b"\n'},
        lambda stack: (stack.parts[1]["content"], stack.parts[1]["Merge-Type"]),
        (
            '#cloud-config\npackages: ["jq"]\nruncmd:\n  - echo "a \\ b"\n',
            "list(append)+dict(recurse_array,no_replace)+str()",
        ),
    ),
    "ready_signal": (
        {"ready_signal": "console"},
        lambda stack: (
            {"ready", "ready_handle"} & set(stack.resources),
            {"ssh_host_keys", "docker_ca_fingerprint", "engine_version"} & set(stack.outputs),
            install("ready_signal")(stack),
        ),
        (set(), set(), "console"),
    ),
    "ready_timeout": ({"ready_timeout": 120}, lambda stack: stack.resources["ready"]["timeout"], 120),
}
"""Of each parameter: what is declared, where its effect is looked for, and what it is."""

NO_KEY: Effect = ({"key_name": ""}, server("key_name"), None)
SHORT = {"registry_mirrors": ["https://mirror.example"], "hardening": "strict", **VOLUME, "security_groups": ["web"]}
EVERYTHING: dict[str, Any] = {}
for _values, _look, _expected in EFFECTS.values():
    EVERYTHING.update({key: value for key, value in _values.items() if key not in ("boot_volume", "engine_packages")})


@pytest.fixture(scope="session")
def stacks() -> dict[str, Stack]:
    """Resolve everything at once, since Heat takes seconds to be loaded."""
    cases = {name: (FULL, {**HOST, **effect[0]}) for name, effect in {**EFFECTS, "no key": NO_KEY}.items()}
    private = {**HOST, "floating_network": ""}
    cases |= {
        "plain": (FULL, HOST),
        "short": ("docker-host.yaml", {**HOST, **SHORT}),
        "short in full": (FULL, {**HOST, **SHORT}),
        "everything": (FULL, {**HOST, **EVERYTHING}),
        "private": (FULL, private),
        "private by console": (FULL, {**private, "ready_signal": "console", "ssh_port": 2222}),
    }
    return resolved(cases)


def test_each_parameter_is_tried() -> None:
    assert set(EFFECTS) == set(PARAMETERS)


@pytest.mark.parametrize("name", EFFECTS)
def test_parameter_has_its_effect(stacks: dict[str, Stack], name: str) -> None:
    _values, look, expected = EFFECTS[name]
    assert look(stacks[name]) == expected


@pytest.mark.parametrize("name", [name for name, item in PARAMETERS.items() if "default" in item])
def test_without_it_all_is_as_ever(stacks: dict[str, Stack], name: str) -> None:
    _values, look, expected = EFFECTS[name]
    try:
        usual = look(stacks["plain"])
    except (KeyError, IndexError, TypeError):  # what is looked for is not there
        return
    assert usual != expected


def test_standard_profile_lets_ssh_take_keys_alone(stacks: dict[str, Stack]) -> None:
    source = ROOT / "roles/docker_engine/files/sshd.conf"
    assert early_file("/etc/ssh/sshd_config.d/10-heatdock.conf")(stacks["plain"]) == source.read_text(encoding="utf-8")


def test_host_without_a_key_pair_has_none(stacks: dict[str, Stack]) -> None:
    assert NO_KEY[1](stacks["no key"]) is None


def test_short_template_makes_the_same(stacks: dict[str, Stack]) -> None:
    assert stacks["short"] == stacks["short in full"]


def test_user_data_fits_nova_with_room_for_the_user_s_own(stacks: dict[str, Stack]) -> None:
    limit, longest = 65535 * 3 // 4, 8192
    largest = len(stacks["everything"].user_data.encode())
    assert largest + 2 * longest < limit, f"{largest} bytes, and a user's {longest} with each line's end escaped"


def test_outputs_of_a_private_host(stacks: dict[str, Stack]) -> None:
    outputs = stacks["private"].outputs
    assert "floating_ip" not in stacks["private"].resources
    assert "floating_address" not in outputs
    assert outputs["address"] == outputs["fixed_address"] == "10.0.0.5"
    assert outputs["addresses"] == ["10.0.0.5", "2001:db8::5"]
    assert outputs["docker_endpoint"] == "tcp://10.0.0.5:2376"
    assert "debian@10.0.0.5 sudo" in outputs["connect_command"]


def test_outputs_of_a_host_with_a_floating_ip(stacks: dict[str, Stack]) -> None:
    outputs = stacks["plain"].outputs
    assert outputs["address"] == outputs["floating_address"] == "203.0.113.5"
    assert outputs["addresses"] == ["203.0.113.5", "10.0.0.5", "2001:db8::5"]
    assert outputs["ssh_host_keys"] == ["ssh-ed25519 AAAA", "ssh-rsa BBBB"]
    assert outputs["docker_ca_fingerprint"] == "00ff"
    assert outputs["engine_version"] == "1"
    assert 'KnownHostsCommand=/bin/echo 203.0.113.5 ssh-ed25519 AAAA"' in outputs["connect_command"]


def test_connect_command_over_ssh_pins_the_key_and_makes_the_context(stacks: dict[str, Stack]) -> None:
    assert stacks["docker_transport"].outputs["connect_command"] == (
        'mkdir -p ~/.ssh && echo "203.0.113.5 ssh-ed25519 AAAA" >>~/.ssh/known_hosts && '
        "docker context create web1 --docker host=ssh://deploy@203.0.113.5:22"
    )


def test_connect_command_reads_the_key_from_the_console(stacks: dict[str, Stack]) -> None:
    command = stacks["private by console"].outputs["connect_command"]
    assert command.startswith("key=$(openstack console log show server |")
    assert 'KnownHostsCommand=/bin/echo [10.0.0.5]:2222 $key"' in command


def test_certificate_names_every_address(stacks: dict[str, Stack]) -> None:
    files = {item["path"]: item["content"] for item in stacks["plain"].config["write_files"]}
    assert files["/etc/docker/pki.conf"] == "names=web1\naddresses=203.0.113.5 10.0.0.5 2001:db8::5\n"


def test_first_boot_writes_what_is_declared(stacks: dict[str, Stack], tmp_path: Path) -> None:
    started = booted(stacks["everything"], tmp_path, engine=True)
    options = (tmp_path / DAEMON[1:]).read_text(encoding="utf-8")
    assert options == json.dumps(json.loads(options), indent=4, sort_keys=True) + "\n"
    assert "userland-proxy" not in json.loads(options)
    environment = (tmp_path / DROP_INS[1:] / "environment.conf").read_text(encoding="utf-8").splitlines()
    assert environment[1] == "[Service]"
    assert 'Environment="TZ=UTC"' in environment
    install = tmp_path / "etc/docker/heatdock-install"
    assert stat.S_IMODE(install.stat().st_mode) == 0o600
    assert "fingerprint='00 FF'\n" in install.read_text(encoding="utf-8")
    assert started[0] == "systemctl daemon-reload"
    assert started[1].startswith("systemd-run --no-block --unit=heatdock-first-boot ")


def test_where_the_engine_is_missing_it_is_installed_while_the_boot_goes_on(
    stacks: dict[str, Stack], tmp_path: Path
) -> None:
    started = booted(stacks["plain"], tmp_path)
    assert started[0].startswith("systemd-run --no-block --unit=heatdock-lists ")
    assert any(line.startswith("systemd-run --no-block --unit=heatdock-first-boot ") for line in started[1:])
    assert not (tmp_path / DROP_INS[1:] / "environment.conf").exists()


def test_a_users_own_cloud_config_may_say_first_where_packages_come_from(
    stacks: dict[str, Stack], tmp_path: Path
) -> None:
    started = booted(stacks["cloud_config"], tmp_path)
    assert started[0].startswith("systemd-run --no-block --unit=heatdock-lists ")
    assert not any("heatdock-first-boot" in line for line in started)


@pytest.mark.parametrize("resolver", [True, False])
def test_nameservers_reach_the_host(stacks: dict[str, Stack], tmp_path: Path, resolver: bool) -> None:
    if resolver:
        (tmp_path / "run/systemd/resolve").mkdir(parents=True)
    (tmp_path / "etc/dhcp").mkdir(parents=True)
    (tmp_path / "etc/dhcp/dhclient.conf").write_text("timeout 30;\n")
    started = booted(stacks["nameservers"], tmp_path)
    if resolver:
        assert "DNS=192.0.2.53\n" in (tmp_path / "etc/systemd/resolved.conf.d/heatdock.conf").read_text()
        assert "systemctl restart systemd-resolved.service" in started
    else:
        assert (tmp_path / "etc/resolv.conf").read_text() == "nameserver 192.0.2.53\n"
        assert (tmp_path / "etc/dhcp/dhclient.conf").read_text().endswith("supersede domain-name-servers 192.0.2.53;\n")
