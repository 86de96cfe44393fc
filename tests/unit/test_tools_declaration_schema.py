# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema of declared hosts takes what the module takes, and finds what is misspelt before a cloud is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import HOST_OPTIONS

from _repository import ROOT

SCHEMA = json.loads((ROOT / "docs/hosts.schema.json").read_text(encoding="utf-8"))


def complaint(**values: Any) -> str:
    """Return what is said of a host with these variables."""
    inventory = {"docker_hosts": {"children": {"web": {"hosts": {"web1": values, "web2": None}}}}}
    error = jsonschema.exceptions.best_match(jsonschema.Draft7Validator(SCHEMA).iter_errors(inventory))
    return error.message if error else ""


def test_every_option_of_a_host_is_a_variable() -> None:
    variables = SCHEMA["definitions"]["variables"]["properties"]
    assert set(variables) == {f"docker_host_{name}" for name in HOST_OPTIONS if name != "name"}


@pytest.mark.parametrize(
    "values",
    [
        {"docker_host_flavor": "m1.small", "docker_host_ssh_port": 2222, "docker_host_config_drive": True},
        {"docker_host_management_cidrs": ["192.0.2.0/24"], "docker_host_engine_options": {"debug": True}},
        {"docker_host_address_pools": [{"base": "10.0.0.0/16", "size": 24}]},
        {"docker_host_ssh_port": "{{ port }}", "docker_host_engine_options": "{{ options }}"},
        {
            "docker_host_ssh_port": "{{ port\n | int }}",
            "docker_host_config_drive": "{% if a %}true{% else %}false{% endif %}",
        },
        {"docker_host_address_pools": [{"base": "{{ base }}", "size": "{{ size }}"}, "{{ pool }}"]},
        {"docker_host_log_options": {"max-file": "3"}, "docker_host_engine_environment": {"A": "{{ a }}"}},
        {"docker_host_engine_options": {"log-opts": {"max-file": "3"}, "mtu": 1400}},
        {"docker_host_engine_options": {"log-opts": None}},
        {"docker_host_floating_network": None},
        {"ansible_user": "me", "anything": [1]},
    ],
)
def test_what_the_module_takes_is_right(values: dict[str, Any]) -> None:
    assert complaint(**values) == ""


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"docker_host_flavour": "m1.small"}, "'docker_host_flavour' does not match"),
        ({"docker_host_hardening": "strickt"}, "'strickt' is not"),
        ({"docker_host_ssh_port": 0}, "0 is"),
        ({"docker_host_ssh_user": "Root!"}, "'Root!' "),
        ({"docker_host_ssh_user": "docker"}, "'docker' "),
        ({"docker_host_management_cidrs": []}, "[] "),
        ({"docker_host_config_drive": "maybe"}, "'maybe' "),
        ({"docker_host_address_pools": [{"base": "10.0.0.0/16", "sise": 24}]}, "'sise': 24"),
        ({"docker_host_log_options": {"max-file": 3}}, "3 is"),
        ({"docker_host_engine_environment": {"DEBUG": True}}, "True is"),
        ({"docker_host_engine_options": {"log-opts": {"max-file": 3}}}, "3 is"),
        ({"docker_host_ssh_port": "{ port }"}, "'{ port }' "),
    ],
)
def test_a_slip_is_found(values: dict[str, Any], part: str) -> None:
    assert part in complaint(**values)


def test_a_slip_in_a_group_is_found() -> None:
    with pytest.raises(jsonschema.ValidationError, match=r"'host' was unexpected"):
        jsonschema.validate({"docker_hosts": {"host": {"web1": {}}}}, SCHEMA)


@pytest.mark.parametrize(
    ("text", "status"), [("docker_host_flavor: a\nother: 1\n", 0), ("docker_host_flavour: a\n", 1)]
)
def test_a_slip_in_host_vars_is_found(tmp_path: Path, text: str, status: int) -> None:
    path = tmp_path / "web1.yml"
    path.write_text(text, encoding="utf-8")
    program = Path(sys.executable).with_name("check-jsonschema")
    schema = ROOT / "docs/variables.schema.json"
    done = subprocess.run([program, "--schemafile", schema, path], check=False, capture_output=True, text=True)
    assert done.returncode == status, done.stdout
    assert ("docker_host_flavour" in done.stdout) == bool(status)
