# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generated template keeps Horizon's rules and carries the role's files byte for byte."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "heat-templates/docker-host.yaml").read_text(encoding="utf-8")
TEMPLATE: dict[str, Any] = yaml.safe_load(TEXT)
USER_DATA: str = TEMPLATE["resources"]["server"]["properties"]["user_data"]["str_replace"]["template"]
HORIZON_LISTS = {"glance.image", "nova.flavor", "nova.keypair", "neutron.network"}


def test_generated_files_are_fresh() -> None:
    subprocess.run([sys.executable, str(ROOT / "tools/generate.py"), "--check"], check=True)


@pytest.mark.parametrize("name", TEMPLATE["parameters"])
def test_parameter_is_described_used_and_in_one_group(name: str) -> None:
    parameter = TEMPLATE["parameters"][name]
    assert parameter["label"]
    assert parameter["description"]
    assert f"get_param: {name}}}" in TEXT
    assert sum(group["parameters"].count(name) for group in TEMPLATE["parameter_groups"]) == 1
    custom = {c["custom_constraint"] for c in parameter.get("constraints", []) if "custom_constraint" in c}
    assert custom <= HORIZON_LISTS


def test_groups_name_no_unknown_parameter() -> None:
    grouped = [name for group in TEMPLATE["parameter_groups"] for name in group["parameters"]]
    assert grouped == list(TEMPLATE["parameters"])


def test_outputs_are_described() -> None:
    assert all(output["description"] for output in TEMPLATE["outputs"].values())


def test_template_is_one_self_contained_file() -> None:
    assert "get_file" not in TEXT
    types = {resource["type"] for resource in TEMPLATE["resources"].values()}
    assert all(name.startswith("OS::") for name in types)


def test_user_data_fits_nova() -> None:
    assert len(base64.b64encode(USER_DATA.encode())) < 65535 - 4096


def test_every_placeholder_of_user_data_is_replaced() -> None:
    params = TEMPLATE["resources"]["server"]["properties"]["user_data"]["str_replace"]["params"]
    assert set(re.findall(r"<%\w+%>", USER_DATA)) == set(params)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/usr/local/sbin/docker-pki", "roles/docker_engine/files/docker-pki"),
        ("/usr/local/sbin/docker-context-bundle", "roles/docker_engine/files/docker-context-bundle"),
        ("/etc/ssh/sshd_config.d/10-heatdock.conf", "roles/docker_engine/files/sshd.conf"),
        ("/usr/local/sbin/heatdock-first-boot", "heat-templates/src/first-boot.sh"),
    ],
)
def test_first_boot_writes_the_very_file(path: str, source: str) -> None:
    written = {entry["path"]: entry["content"] for entry in yaml.safe_load(USER_DATA)["write_files"]}
    assert written[path] == (ROOT / source).read_text(encoding="utf-8")


def test_boot_knows_the_drop_in_before_it_starts_dockerd() -> None:
    (command,) = yaml.safe_load(USER_DATA)["bootcmd"]
    drop_in = (ROOT / "roles/docker_engine/files/heatdock.conf").read_text(encoding="utf-8")
    assert f"docker.service.d/heatdock.conf <<'END'\n{drop_in}END\nsystemctl daemon-reload\n" in command[-1]


def test_security_group_opens_only_ssh_and_docker() -> None:
    for rules in TEMPLATE["resources"]["security_group"]["properties"]["rules"]["list_concat"]:
        assert rules["repeat"]["for_each"]["<%port%>"] == ["22", "2376"]
        assert rules["repeat"]["template"]["remote_ip_prefix"] == "<%cidr%>"
