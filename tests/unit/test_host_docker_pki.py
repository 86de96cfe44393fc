# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PKI scripts, run for real with openssl in a temporary folder."""

from __future__ import annotations

import io
import os
import shutil
import ssl
import subprocess
import tarfile
import time
from pathlib import Path

import pytest

FILES = Path(__file__).parents[2] / "roles/docker_engine/files"
CURVE = "-newkey ec -pkeyopt ec_paramgen_curve:P-256"
RESTART = b"systemctl try-restart docker.service\n"
SYSTEMCTL = """#!/bin/sh
if [ "$1" = try-restart ]; then timeout 10 "$DOCKER_PKI" init || exit; fi  # as the service does before dockerd
echo systemctl "$@"
"""
REQUEST = f"openssl req -new {CURVE} -nodes -config /dev/null -subj /CN=me -keyout /dev/null"


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """Make a folder that stands for /etc/docker."""
    systemctl = tmp_path / "systemctl"
    systemctl.write_text(SYSTEMCTL)
    systemctl.chmod(0o755)
    (tmp_path / "pki.conf").write_text("names=web1\naddresses=203.0.113.5 10.0.0.7 2001:db8::5\n")
    return tmp_path


def run(etc: Path, script: str, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a script of the role against the folder."""
    env = os.environ | {
        "DOCKER_PKI_ETC": str(etc),
        "DOCKER_PKI": str(FILES / "docker-pki"),
        "DOCKER_PKI_TMP": str(etc),
        "DOCKER_PKI_SYSTEMCTL": str(etc / "systemctl"),
    }
    return subprocess.run([str(FILES / script), *arguments], input=stdin, capture_output=True, env=env, check=False)


def test_init_makes_a_strict_chain_once(etc: Path) -> None:
    assert run(etc, "docker-pki", "check").returncode == 2
    first = run(etc, "docker-pki", "init")
    assert first.returncode == 0, first.stderr
    assert first.stdout == b"made the CA\nmade the server certificate\nmade the list of trusted clients\n"
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
    meet(etc, out / "tls/docker")


def meet(etc: Path, tls: Path) -> None:
    """Have a client with the files of a folder meet a server that trusts as dockerd does: any root may be a client."""
    pki = etc / "pki"
    client = ssl.create_default_context(cafile=str(tls / "ca.pem"))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    client.load_cert_chain(tls / "cert.pem", tls / "key.pem")
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(pki / "trusted.pem"))
    server.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
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


def signed(etc: Path, name: str) -> Path:
    """Have the host sign a client of a name; return the folder of its files."""
    folder = etc / f"client-{name}"
    folder.mkdir(exist_ok=True)
    new = f"openssl req -new {CURVE} -nodes -config /dev/null -subj /CN={name} -keyout {folder}/key.pem"
    request = subprocess.run(new.split(), check=True, capture_output=True).stdout
    (folder / "cert.pem").write_bytes(run(etc, "docker-pki", "sign", stdin=request).stdout)
    (folder / "ca.pem").write_bytes((etc / "pki/ca.pem").read_bytes())
    return folder


def test_revoked_client_is_refused_and_the_others_go_on_as_they_are(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    before = run(etc, "docker-pki", "fingerprint").stdout
    alice, bob = signed(etc, "alice"), signed(etc, "bob")
    done = run(etc, "docker-pki", "revoke", "alice")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(RESTART)
    with pytest.raises(ssl.SSLError):
        meet(etc, alice)
    meet(etc, bob)
    carol = signed(etc, "carol")
    run(etc, "docker-pki", "revoke", "bob")
    with pytest.raises(ssl.SSLError):
        meet(etc, bob)
    meet(etc, carol)
    meet(etc, signed(etc, "alice"))
    assert run(etc, "docker-pki", "fingerprint").stdout == before
    assert run(etc, "docker-pki", "init").stdout == b""


def test_clients_are_listed_and_revoked_by_serial_too(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    assert run(etc, "docker-pki", "list").stdout == b""
    signed(etc, "alice")
    signed(etc, "alice")
    first, second = (line.split() for line in run(etc, "docker-pki", "list").stdout.decode().splitlines())
    assert (first[1], first[-1], second[1]) == ("good", "alice", "good")
    run(etc, "docker-pki", "revoke", first[0])
    states = [line.split()[1] for line in run(etc, "docker-pki", "list").stdout.decode().splitlines()]
    assert states == ["revoked", "good"]


def test_unknown_client_cannot_be_revoked(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    done = run(etc, "docker-pki", "revoke", "nobody")
    assert done.returncode == 1
    assert b'no good client certificate has the name or serial "nobody"; docker-pki list' in done.stderr
    assert RESTART not in done.stdout


def test_revocation_that_broke_off_is_completed_by_the_next_init(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    alice = signed(etc, "alice")
    trusted = (etc / "pki/trusted.pem").read_bytes()
    run(etc, "docker-pki", "revoke", "alice")
    (etc / "pki/trusted.pem").write_bytes(trusted)
    os.utime(etc / "pki/trusted.pem", (0, 0))
    assert run(etc, "docker-pki", "check").returncode == 2
    assert run(etc, "docker-pki", "init").stdout == b"made the list of trusted clients\n"
    with pytest.raises(ssl.SSLError):
        meet(etc, alice)


def test_renewal_restarts_dockerd_only_when_there_was_one(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    assert run(etc, "docker-pki", "renew").stdout == b""
    short = (
        f"openssl x509 -in {etc}/pki/server.pem -signkey {etc}/pki/server-key.pem -days 29 -out {etc}/pki/server.pem"
    )
    subprocess.run(short.split(), check=True, capture_output=True)
    renewed = run(etc, "docker-pki", "renew").stdout
    assert renewed.startswith(b"made the server certificate\n")
    assert renewed.endswith(RESTART)


def test_check_says_when_the_certificates_end(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    said = dict(line.split("=") for line in run(etc, "docker-pki", "check").stdout.decode().splitlines())
    days = {name: round((int(end) - time.time()) / 86400) for name, end in said.items()}
    assert days == {"ca_ends": 3650, "server_ends": 825}


def test_operators_own_ca_is_left_alone(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    (etc / "pki/ca-key.pem").unlink()
    before = {path.name: path.read_bytes() for path in (etc / "pki").glob("*.pem")}
    (etc / "pki.conf").write_text("mode=provided\nnames=other\naddresses=\n")
    assert run(etc, "docker-pki", "init").stdout == b""
    assert run(etc, "docker-pki", "check").returncode == 0
    assert {path.name: path.read_bytes() for path in (etc / "pki").glob("*.pem")} == before
    for command in ("sign", "revoke"):
        refused = run(etc, "docker-pki", command, "alice")
        assert refused.stderr == b"docker-pki: the operator's own CA is in use; have it sign and revoke\n"


def test_clients_of_a_ca_that_is_gone_are_forgotten(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    alice = signed(etc, "alice")
    (etc / "pki/ca-key.pem").unlink()
    run(etc, "docker-pki", "init")
    signed(etc, "bob")
    run(etc, "docker-pki", "revoke", "bob")
    (alice / "ca.pem").write_bytes((etc / "pki/ca.pem").read_bytes())
    with pytest.raises(ssl.SSLError):
        meet(etc, alice)


def test_host_of_before_keeps_its_ca_and_its_clients(etc: Path) -> None:
    run(etc, "docker-pki", "init")
    alice = signed(etc, "alice")
    fingerprint = run(etc, "docker-pki", "fingerprint").stdout
    # What the first version left: one list for all, and no folders.
    (etc / "pki/trusted.pem").unlink()
    (etc / "pki/clients.txt").unlink()
    shutil.rmtree(etc / "pki/clients")
    shutil.rmtree(etc / "pki/issued")
    assert run(etc, "docker-pki", "init").stdout == b"made the list of trusted clients\n"
    assert run(etc, "docker-pki", "fingerprint").stdout == fingerprint
    meet(etc, alice)
