# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of this scenario are made by first boot, from the template's user data, and the engine role agrees.

What the template says of the engine reaches the role as in the playbooks: from the stack's parameters.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.templates.resolved_stacks import ATTRIBUTES, HOST, resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testinfra.host import Host
    from tests.molecule.conftest import Client, Container

ROOT = Path(__file__).parents[4]
TEMPLATE = "docker-host-full.yaml"
ROLE_VARIABLES = f"@{ROOT / 'inventory/group_vars/heatdock/engine.yml'}"
DECLARED: dict[str, Any] = {
    "engine_labels": ["rack=7", "row=2"],
    "engine_environment": {"PERCENT": "100%", "QUOTED": 'a "b" \\ ü'},
    "engine_options": {"debug": True, "userland-proxy": None},
    "insecure_registries": ["registry.example:5000"],
    "log_driver": "json-file",
    "log_options": {"max-size": "1m"},
    "address_pools": [{"base": "10.200.0.0/16", "size": 24}],
    "registry_mirrors": ["https://mirror.example"],
    "no_proxy": ".example,10.0.0.0/8",
}
FIXED_ADDRESS = "192.0.2.7"
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHlvdSB3b3VsZCBub3QgdHJ1c3QgdGhpcyBvbmUh"


class Heat(HTTPServer):
    """Stands for Heat's API: keeps what the host signals."""

    def __init__(self, address: str) -> None:
        """Listen on the address."""
        super().__init__((address, 0), Signal)
        self.signals: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []


class Signal(BaseHTTPRequestHandler):
    """One signal."""

    server: Heat

    def do_POST(self) -> None:
        """Keep it."""
        self.server.tokens.append(self.headers["X-Auth-Token"])
        self.server.signals.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


@pytest.fixture(scope="module")
def heat(container: Container) -> Iterator[Heat]:
    """Listen for the host's signal."""
    server = Heat(container.gateway)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def user_data(container: Container, heat: Heat) -> dict[str, Any]:
    """Return the cloud-config of a host, filled in as Heat does."""
    attributes = {
        "port": {"fixed_ips": [{"ip_address": FIXED_ADDRESS}]},
        "floating_ip": {"floating_ip_address": container.address},
        "ready_handle": {"endpoint": f"http://{container.gateway}:{heat.server_port}/", "token": "made-up-token"},
    }
    parameters = {**HOST, **DECLARED}
    (stack,) = resolved({"": (TEMPLATE, parameters)}, container.name, ATTRIBUTES | attributes).values()
    return stack.config


def test_first_boot_signals_success(container: Container, heat: Heat, host: Host) -> None:
    container.write("/etc/ssh/ssh_host_ed25519_key.pub", f"{SSH_KEY} root@here\n")
    data = user_data(container, heat)
    for _scope, _frequency, _name, *command in data["bootcmd"]:
        container.feed("", *command)
    for file in data["write_files"]:
        container.write(file["path"], file["content"], file["permissions"])
    for command in data["runcmd"]:
        container.try_feed("", *command)
    assert [signal["status"] for signal in heat.signals] == ["SUCCESS"], heat.signals
    assert heat.tokens == ["made-up-token"]
    assert heat.signals[0]["data"] == {
        "ssh_host_keys": [SSH_KEY],
        "docker_ca_fingerprint": host.check_output("docker-pki fingerprint"),
        "engine_version": host.check_output("docker version --format '{{.Server.Version}}'"),
    }


def test_engine_role_changes_nothing(container: Container, client: Client) -> None:
    outputs = {"floating_address": container.address, "fixed_address": FIXED_ADDRESS}
    stack = {"name": container.name, "outputs": outputs, "parameters": DECLARED}
    run = client.play({"heat_stack": stack}, "--extra-vars", ROLE_VARIABLES, playbook="prepare.yml")
    assert (run.failures, run.changes) == ([], set())
