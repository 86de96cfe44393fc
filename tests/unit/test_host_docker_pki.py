# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PKI scripts, run for real with openssl in a temporary folder."""

from __future__ import annotations

import io
import os
import ssl
import subprocess
import tarfile
from pathlib import Path

import pytest

FILES = Path(__file__).parents[2] / "roles/docker_engine/files"
CURVE = "-newkey ec -pkeyopt ec_paramgen_curve:P-256"
REQUEST = f"openssl req -new {CURVE} -nodes -config /dev/null -subj /CN=me -keyout /dev/null"


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """Make a folder that stands for /etc/docker."""
    (tmp_path / "pki.conf").write_text("names=web1\naddresses=203.0.113.5 10.0.0.7 2001:db8::5\n")
    return tmp_path


def run(etc: Path, script: str, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a script of the role against the folder."""
    env = os.environ | {"DOCKER_PKI_ETC": str(etc), "DOCKER_PKI": str(FILES / "docker-pki"), "DOCKER_PKI_TMP": str(etc)}
    return subprocess.run([str(FILES / script), *arguments], input=stdin, capture_output=True, env=env, check=False)


def test_init_makes_a_strict_chain_once(etc: Path) -> None:
    assert run(etc, "docker-pki", "check").returncode == 2
    first = run(etc, "docker-pki", "init")
    assert first.returncode == 0, first.stderr
    assert first.stdout == b"made the CA\nmade the server certificate\n"
    assert run(etc, "docker-pki", "init").stdout == b""
    assert run(etc, "docker-pki", "check").returncode == 0
    pki = etc / "pki"
    verify = [
        "openssl",
        "verify",
        "-x509_strict",
        "-purpose",
        "sslserver",
        "-CAfile",
        str(pki / "ca.pem"),
        str(pki / "server.pem"),
    ]
    subprocess.run(verify, check=True, capture_output=True)
    assert (pki / "ca-key.pem").stat().st_mode & 0o777 == 0o600
    assert (pki / "server-key.pem").stat().st_mode & 0o777 == 0o600
    assert not list(pki.glob(".work.*"))


def test_new_address_renews_the_server_certificate_under_the_same_ca(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    before = run(etc, "docker-pki", "fingerprint").stdout
    (etc / "pki.conf").write_text("names=web1\naddresses=203.0.113.9\n")
    assert run(etc, "docker-pki", "check").returncode == 2
    assert run(etc, "docker-pki", "init").stdout == b"made the server certificate\n"
    assert run(etc, "docker-pki", "fingerprint").stdout == before


def test_signed_client_certificate_passes_a_strict_handshake(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    bundle = run(etc, "docker-context-bundle")
    assert bundle.returncode == 0, bundle.stderr
    out = etc / "bundle"
    with tarfile.open(fileobj=io.BytesIO(bundle.stdout)) as archive:
        assert b"tcp://203.0.113.5:2376" in archive.extractfile("meta.json").read()  # type: ignore[union-attr]
        archive.extractall(out, filter="data")
    tls, pki = out / "tls/docker", etc / "pki"
    client = ssl.create_default_context(cafile=str(tls / "ca.pem"))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    client.load_cert_chain(tls / "cert.pem", tls / "key.pem")
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(pki / "ca.pem"))
    server.verify_flags |= ssl.VERIFY_X509_STRICT
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_cert_chain(pki / "server.pem", pki / "server-key.pem")
    handshake(client, server, "203.0.113.5")


def handshake(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> None:
    """Complete a TLS handshake in memory."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(down, up, server_hostname=name), server.wrap_bio(up, down, server_side=True)]
    for _round in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    ends[1].write(b"ok")
    assert ends[0].read() == b"ok"


def test_sign_refuses_what_is_no_request(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    answer = run(etc, "docker-pki", "sign", stdin=b"nonsense")
    assert answer.returncode == 1
    assert answer.stderr == b"docker-pki: standard input is no signing request in PEM\n"


def test_sign_gives_a_client_certificate_and_the_ca(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    request = subprocess.run(REQUEST.split(), check=True, capture_output=True).stdout
    answer = run(etc, "docker-pki", "sign", stdin=request)
    assert answer.stdout.count(b"BEGIN CERTIFICATE") == 2
    assert answer.stdout.endswith((etc / "pki/ca.pem").read_bytes())
