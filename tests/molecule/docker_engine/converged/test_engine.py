# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a converged host is to its clients."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from testinfra.host import Host
    from tests.molecule.conftest import Client, Container

PROFILES = yaml.safe_load((Path(__file__).parents[4] / "roles/docker_engine/vars/hardening.yml").read_text())
OPTIONS = PROFILES["standard"]["daemon"]


@pytest.fixture(scope="module")
def ca(container: Container, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fetch the host's CA certificate."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_text(container.feed("", "cat", "/etc/docker/pki/ca.pem"))
    return path


def openssl(folder: Path, arguments: str) -> None:
    """Make a key and what belongs to it."""
    command = f"openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=me -keyout key.pem {arguments}"
    subprocess.run(command.split(), cwd=folder, capture_output=True, check=True)


def answers(container: Container, ca: Path, chain: Path | None = None) -> bool:
    """Say whether dockerd answers a client that trusts its CA alone, strictly."""
    context = ssl.create_default_context(cafile=str(ca))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    if chain:
        context.load_cert_chain(chain / "cert.pem", chain / "key.pem")
    with socket.create_connection((container.address, 2376), timeout=10) as plain:
        try:
            with context.wrap_socket(plain, server_hostname=container.address) as secured:
                secured.sendall(b"GET /version HTTP/1.0\r\n\r\n")
                return b"200 OK" in secured.recv(65536)
        except ssl.SSLCertVerificationError:
            raise
        except (ssl.SSLError, ConnectionError):
            return False


@pytest.mark.usefixtures("context")
def test_bundle_of_the_host_makes_a_working_context(client: Client, container: Container) -> None:
    info = json.loads(client.docker("--context", container.name, "info", "--format", "{{json .}}"))
    assert info["Name"] == container.name
    assert info["LiveRestoreEnabled"] is OPTIONS["live-restore"]
    assert info["LoggingDriver"] == OPTIONS["log-driver"]


def test_client_with_a_certificate_of_the_host_is_answered(container: Container, ca: Path, tmp_path: Path) -> None:
    openssl(tmp_path, "-new -out request.pem")
    signed = container.feed((tmp_path / "request.pem").read_text(), "docker-pki", "sign")
    (tmp_path / "cert.pem").write_text(signed)
    assert answers(container, ca, tmp_path)


def test_client_without_certificate_is_refused(container: Container, ca: Path) -> None:
    assert not answers(container, ca)


def test_client_of_another_ca_is_refused(container: Container, ca: Path, tmp_path: Path) -> None:
    openssl(tmp_path, "-x509 -out cert.pem")
    assert not answers(container, ca, tmp_path)


def test_plain_request_gets_no_answer(container: Container) -> None:
    with socket.create_connection((container.address, 2376), timeout=10) as plain:
        plain.sendall(b"GET /version HTTP/1.0\r\n\r\n")
        assert b"Version" not in plain.recv(65536)


def test_only_the_tls_port_is_open(container: Container, host: Host) -> None:
    sockets = host.check_output("ss --no-header --listening --tcp --numeric").splitlines()
    addresses = {line.split()[3] for line in sockets}
    assert {address for address in addresses if not address.startswith("127.")} == {"*:2376"}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((container.address, 2375), timeout=10)


def test_ca_key_is_for_root_alone(host: Host) -> None:
    assert host.file("/etc/docker/pki").mode == 0o700
    assert host.file("/etc/docker/pki/ca-key.pem").mode == 0o600


@pytest.mark.usefixtures("context")
def test_engine_comes_up_again_after_a_boot(client: Client, container: Container) -> None:
    container.restart()
    assert client.docker("--context", container.name, "version", "--format", "{{.Server.Os}}") == "linux"
