# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each variable of the role, with contexts beside the scenario's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._ssh_config import Entry
from cryptography import x509
from cryptography.x509.oid import NameOID
from tests.molecule.conftest import Client, Container
from tests.ssh_home import with_ssh_in

OTHER = "other"
VERSION = ("version", "--format", "{{.Server.Os}}")


@pytest.fixture
def own(container: Container, tmp_path: Path) -> Client:
    """Give a docker client without a context of these tests, whose keys go where nobody else's are."""
    return Client(container, tmp_path / "docker")


@pytest.fixture
def placed(tmp_path: Path) -> dict[str, Any]:
    """Return what names a context of its own, and the folder of its keys."""
    return {"docker_context_name": OTHER, "docker_context_folder": str(tmp_path / "keys")}


def endpoint(client: Client, context: str) -> str:
    """Return where a context leads to."""
    return client.docker("context", "inspect", context, "--format", "{{.Endpoints.docker.Host}}")


def test_name_and_dir_say_what_the_context_is_called_and_where_its_keys_are(own: Client, tmp_path: Path) -> None:
    own.apply({"docker_context_name": OTHER, "docker_context_dir": str(tmp_path / "all")})
    assert own.docker("--context", OTHER, *VERSION) == "linux"
    assert {path.name for path in (tmp_path / "all" / OTHER).iterdir()} == {"key.pem", "cert.pem", "ca.pem"}


def test_folder_serves_as_docker_cert_path(own: Client, placed: dict[str, Any]) -> None:
    own.apply(placed)
    own.environment["DOCKER_CERT_PATH"] = placed["docker_context_folder"]
    address = f"tcp://{own.container.address}:2376"
    assert own.docker("--tlsverify", "--host", address, *VERSION) == "linux"


def test_client_is_the_name_in_the_certificate(own: Client, placed: dict[str, Any]) -> None:
    own.apply(placed | {"docker_context_client": "alice"})
    written = (Path(placed["docker_context_folder"]) / "cert.pem").read_bytes()
    (name,) = x509.load_pem_x509_certificate(written).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "alice"


def test_without_renewal_the_files_are_an_operators(own: Client, placed: dict[str, Any]) -> None:
    folder = Path(placed["docker_context_folder"])
    kept = placed | {"docker_context_renew": False}
    missing = own.play(kept).failure
    assert f"{folder}; have the operator of the CA make another certificate" in missing
    own.apply(placed)
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert own.play(kept).changes == set()
    own.apply(kept | {"docker_context_state": "absent"})
    assert OTHER not in own.docker("context", "ls", "--format", "{{.Name}}").split()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == written


def test_without_a_look_dockerd_need_not_answer(own: Client, placed: dict[str, Any]) -> None:
    silent = placed | {"docker_context_endpoint": f"tcp://{own.container.address}:2399"}
    assert "dockerd does not answer" in own.play(silent).failure
    own.apply(silent | {"docker_context_verify": False})
    assert endpoint(own, OTHER) == f"tcp://{own.container.address}:2399"


def test_context_over_ssh_needs_the_line_that_it_writes_when_told(own: Client, tmp_path: Path) -> None:
    home, hosts = tmp_path / "home", tmp_path / "hosts/ssh_config"
    for folder in (home, hosts.parent):
        folder.mkdir()
    entry = Entry(own.container.name, own.container.address, 22)
    hosts.write_text(entry.text(hosts.parent / "known_hosts"), encoding="utf-8")
    own.around = with_ssh_in(home)
    over_ssh = {
        "docker_context_name": OTHER,
        "docker_context_transport": "ssh",
        "docker_context_ssh_config": str(hosts),
    }
    line = f'Include "{hosts}"'
    assert f"put this line first in ~/.ssh/config, once for all hosts: {line}" in own.play(over_ssh).failure
    own.apply(over_ssh | {"docker_context_ssh_include": True})
    assert (home / "config").read_text(encoding="utf-8") == f"{line}\n"
    assert endpoint(own, OTHER) == f"ssh://heatdock-{own.container.name}"
    assert own.play(over_ssh).changes == set()
