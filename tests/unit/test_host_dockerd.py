# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client finds out about a dockerd by a handshake, and about its own credentials."""

from __future__ import annotations

import datetime as dt
import os
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils import _client_certificate as certificate
from ansible_collections.heatdock.hosts.plugins.module_utils._client_certificate import Credentials
from ansible_collections.heatdock.hosts.plugins.module_utils._dockerd import Answer, ask
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import load_pem_private_key

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCKER_PKI = Path(__file__).parents[2] / "roles/docker_engine/files/docker-pki"


class Host:
    """A host's PKI in a folder, and a server that trusts as its dockerd does."""

    def __init__(self, folder: Path, addresses: str) -> None:
        """Make the certificates."""
        self.folder = folder
        folder.mkdir()
        (folder / "pki.conf").write_text(f"names=web1\naddresses={addresses}\n")
        self.run("init")

    def run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Run docker-pki."""
        env = os.environ | {"DOCKER_PKI_ETC": str(self.folder), "DOCKER_PKI_SYSTEMCTL": "true"}
        return subprocess.run([DOCKER_PKI, *arguments], input=stdin, capture_output=True, env=env, check=True).stdout

    def client(self) -> Credentials:
        """Have a client's certificate signed."""
        key = certificate.new_key()
        answer = self.run("sign", stdin=certificate.request(key, "alice").encode()).decode()
        credentials = certificate.signed(key, answer.replace("\n", "\r\n"))
        assert credentials
        return credentials

    def context(self) -> ssl.SSLContext:
        """Return the settings of the server."""
        pki = self.folder / "pki"
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(pki / "trusted.pem"))
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(pki / "server.pem", pki / "server-key.pem")
        return context


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Return a host at the loopback address."""
    return Host(tmp_path_factory.mktemp("host") / "etc", "203.0.113.5")


@pytest.fixture
def stranger(tmp_path: Path) -> Host:
    """Return another host at the same address."""
    return Host(tmp_path / "stranger", "203.0.113.5")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for the client's files."""
    return tmp_path / "client"


class Listener:
    """Serves handshakes on a port of the loopback."""

    def __init__(self, context: ssl.SSLContext | None, address: str = "127.0.0.1") -> None:
        """Listen; without settings what is sent is answered in plain text."""
        self.context = context
        self.socket = socket.create_server((address, 0))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    @property
    def endpoint(self) -> str:
        """The endpoint; every server certificate names 127.0.0.1."""
        address, port = self.socket.getsockname()
        return f"tcp://{address}:{port}"

    def serve(self) -> None:
        """Answer until the socket is closed."""
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                self.answer(connection)

    def answer(self, connection: socket.socket) -> None:
        """Shake hands, whatever comes of it."""
        if self.context is None:
            connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            return
        try:
            self.context.wrap_socket(connection, server_side=True).close()
        except OSError:
            return

    def close(self) -> None:
        """Stop listening."""
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()


@pytest.fixture
def server(host: Host) -> Iterator[Listener]:
    """Serve as the host."""
    listener = Listener(host.context())
    yield listener
    listener.close()


def expired(host: Host) -> Credentials:
    """Return a client of the host whose certificate ended yesterday."""
    good, pki = host.client(), host.folder / "pki"
    issuer = x509.load_pem_x509_certificate((pki / "ca.pem").read_bytes())
    key = load_pem_private_key((pki / "ca-key.pem").read_bytes(), password=None)
    old, now = x509.load_pem_x509_certificate(good.cert), dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(issuer.subject, old.subject, old.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=9)).not_valid_after(now - dt.timedelta(days=1))
    for extension in old.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    cert = builder.sign(key, hashes.SHA256())  # type: ignore[arg-type]  # an EC key
    return Credentials(good.ca, cert.public_bytes(serialization.Encoding.PEM), good.key)


def kept(folder: Path, credentials: Credentials) -> Path:
    """Write a client's files."""
    certificate.write(folder, Credentials(), credentials)
    return folder


def test_client_of_the_host_is_taken(host: Host, server: Listener, folder: Path) -> None:
    assert ask(server.endpoint, kept(folder, host.client())) == Answer("taken")


def test_foreign_client_is_refused(host: Host, stranger: Host, server: Listener, folder: Path) -> None:
    foreign = stranger.client()
    answer = ask(server.endpoint, kept(folder, Credentials(host.client().ca, foreign.cert, foreign.key)))
    assert answer.kind == "refused"


def test_expired_client_is_refused(host: Host, server: Listener, folder: Path) -> None:
    assert ask(server.endpoint, kept(folder, expired(host))).kind == "refused"


def test_other_server_is_an_impostor(host: Host, stranger: Host, folder: Path) -> None:
    listener = Listener(stranger.context())
    answer = ask(listener.endpoint, kept(folder, host.client()))
    listener.close()
    assert answer == Answer("impostor", "self-signed certificate in certificate chain")


def test_plain_server_is_an_impostor(host: Host, folder: Path) -> None:
    listener = Listener(None)
    answer = ask(listener.endpoint, kept(folder, host.client()))
    listener.close()
    assert answer.kind == "impostor"


def test_certificate_without_the_address_is_outdated(host: Host, folder: Path) -> None:
    listener = Listener(host.context(), "127.0.0.2")
    answer = ask(listener.endpoint, kept(folder, host.client()))
    listener.close()
    assert answer.kind == "outdated"
    assert "127.0.0.2" in answer.reason


def test_closed_port_is_silent(host: Host, server: Listener, folder: Path) -> None:
    endpoint = server.endpoint.replace("127.0.0.1", "127.0.0.3")
    assert ask(endpoint, kept(folder, host.client()), patience=0) == Answer("silent", "Connection refused")


def test_credentials_object_to_what_will_not_do(host: Host, stranger: Host) -> None:
    good = host.client()
    assert good.objection() == ""
    assert good.objection(host.run("fingerprint").decode().strip()) == ""
    assert good.objection(stranger.run("fingerprint").decode().strip()) == "the host has another CA"
    assert Credentials(good.ca, good.cert, certificate.new_key()).objection() == "the certificate is of another key"
    assert expired(host).objection() == "the certificate has ended"
    assert Credentials(key=good.key).objection() == "ca and cert missing"


def test_key_is_for_its_owner_alone(host: Host, folder: Path) -> None:
    kept(folder, host.client())
    assert {path.name: path.stat().st_mode & 0o777 for path in [folder, *folder.iterdir()]} == {
        "client": 0o700,
        "key.pem": 0o600,
        "cert.pem": 0o644,
        "ca.pem": 0o644,
    }
    assert certificate.read(folder).fingerprint == host.run("fingerprint").decode().strip()


def test_answer_that_is_no_two_certificates_is_none() -> None:
    assert certificate.signed(b"", "sudo: a password is required") is None
