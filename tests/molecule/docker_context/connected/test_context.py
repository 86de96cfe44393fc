# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The docker client on the controller, pointed at the hosts."""

from __future__ import annotations

import getpass
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testinfra.host import Host
    from tests.molecule.conftest import Client, Container

TASK = "Bring the context to its state"
KEY, CERT, CA, CONTEXT, CURRENT, FILES = (
    f"{TASK}: {part}" for part in ("key", "certificate", "ca", "context", "current", "files")
)


@pytest.fixture
def keys(client: Client) -> Path:
    """Say where the client's key and certificates are."""
    return Path(client.variables["docker_context_dir"]) / client.container.name


@pytest.fixture(autouse=True)
def connected(client: Client) -> Iterator[None]:
    """Whatever a test does, the context works after it."""
    yield
    if client.try_docker("--context", client.container.name, "version").returncode:
        client.play({})
    assert client.docker("--context", client.container.name, "version", "--format", "{{.Server.Os}}") == "linux"


def told(fingerprint: str) -> dict[str, object]:
    """Return the inventory's variable for what a stack says about its host's CA."""
    return {"heat_stack": {"outputs": {"docker_ca_fingerprint": fingerprint}}}


def sign(container: Container, keys: Path, ca: str, days: int) -> None:
    """Have the client's key certified by a CA on the host, for some days."""
    csr = ["openssl", "req", "-new", "-key", str(keys / "key.pem"), "-subj", "/CN=docker client"]
    request = subprocess.run(csr, capture_output=True, text=True, check=True).stdout
    extensions = r"printf 'authorityKeyIdentifier=keyid:always\nextendedKeyUsage=clientAuth\n' >/tmp/ext"
    signing = f"openssl x509 -req -CA {ca}/ca.pem -CAkey {ca}/ca-key.pem -days {days} -extfile /tmp/ext 2>/dev/null"
    certificate = container.feed(request, "sh", "-c", f"{extensions}; {signing}")
    (keys / "cert.pem").write_text(certificate, encoding="utf-8")


def fingerprint(keys: Path) -> str:
    """Return what the host tells of its CA."""
    return x509.load_pem_x509_certificate((keys / "ca.pem").read_bytes()).fingerprint(hashes.SHA256()).hex()


def certificate(keys: Path) -> x509.Certificate:
    """Read the client's certificate."""
    return x509.load_pem_x509_certificate((keys / "cert.pem").read_bytes())


def test_client_runs_a_container_on_the_host(client: Client, container: Container) -> None:
    docker = ["docker", "--context", container.name]
    tar = [str(container.command), "exec", "tar", "-C", "/", "-c", "bin/busybox"]
    root = subprocess.run(tar, capture_output=True, check=True).stdout
    subprocess.run([*docker, "import", "-", "busybox"], input=root, env=client.environment, check=True)
    assert client.docker(*docker[1:], "run", "--rm", "busybox", "/bin/busybox", "echo", "it runs") == "it runs"


def test_key_stays_on_the_controller(client: Client, keys: Path) -> None:
    assert keys.stat().st_mode & 0o777 == 0o700
    assert (keys / "key.pem").stat().st_mode & 0o777 == 0o600
    secret = (keys / "key.pem").read_text(encoding="utf-8").splitlines()[1]
    search = ["grep", "--recursive", "--files-with-matches", "--fixed-strings", "--", secret]
    assert subprocess.run([*search, client.container.folder], capture_output=True, check=False).stdout == b""
    assert subprocess.run([*search, keys], capture_output=True, check=False).stdout != b""


def test_check_foresees_nothing(client: Client) -> None:
    run = client.play({}, "--check")
    assert (run.failures, run.changes) == ([], set())


def test_context_becomes_the_current_one_when_told(client: Client) -> None:
    assert client.docker("context", "show") == "default"
    assert client.apply({"docker_context_current": True}).changes == {CURRENT}
    assert client.docker("context", "show") == client.container.name
    assert client.play({}).changes == set()


def test_certificate_about_to_expire_is_renewed(client: Client, container: Container, keys: Path) -> None:
    sign(container, keys, "/etc/docker/pki", days=29)
    old = certificate(keys)
    assert client.apply({}).changes == {CERT, CONTEXT}
    assert (certificate(keys).not_valid_after_utc - old.not_valid_after_utc).days > 300
    assert certificate(keys).public_key() == old.public_key()


def test_certificate_of_another_ca_is_renewed(client: Client, container: Container, host: Host, keys: Path) -> None:
    host.check_output("DOCKER_PKI_ETC=/tmp/other docker-pki init")
    sign(container, keys, "/tmp/other/pki", days=365)
    assert client.apply({}).changes == {CERT, CONTEXT}


def test_revoked_certificate_is_renewed_and_others_go_on(client: Client, host: Host, tmp_path: Path) -> None:
    name = client.container.name
    bundle = subprocess.run(
        [client.container.command, "exec", "docker-context-bundle", "alice"], capture_output=True, check=True
    )
    other = {**client.environment, "DOCKER_CONFIG": str(tmp_path)}
    subprocess.run(["docker", "context", "import", name, "-"], input=bundle.stdout, env=other, check=True)
    host.check_output("docker run --detach --name witness busybox /bin/busybox sleep 1d")
    witness = host.check_output("docker inspect --format '{{.State.Pid}} {{.State.StartedAt}}' witness")

    host.check_output(f"docker-pki revoke {getpass.getuser()}@{socket.gethostname()}")
    for _try in range(10):  # TLS 1.3 judges a client that may be writing already, which is cut off before it hears why
        refused = client.try_docker("--context", name, "version")
        assert refused.returncode != 0
        if "reset by peer" not in refused.stderr:
            break
    assert "certificate" in refused.stderr
    version = ["docker", "--context", name, "version", "--format", "{{.Server.Os}}"]
    assert subprocess.run(version, env=other, capture_output=True, text=True, check=True).stdout == "linux\n"

    assert client.apply({}).changes == {CERT, CONTEXT}
    assert client.play({}).changes == set()
    host.check_output("docker-pki revoke alice")
    assert subprocess.run(version, env=other, capture_output=True, check=False).returncode != 0
    assert client.play({}).changes == set()
    assert host.check_output("docker inspect --format '{{.State.Pid}} {{.State.StartedAt}}' witness") == witness
    host.check_output("docker rm --force witness")


def test_other_server_at_the_address_is_said_to_be_one(client: Client, keys: Path, tmp_path: Path) -> None:
    new = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=web1 -keyout key.pem"
    subprocess.run([*new.split(), "-out", "cert.pem"], cwd=tmp_path, capture_output=True, check=True)
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    address = f"{client.container.gateway}:12376"
    serve = ["openssl", "s_server", "-accept", address, "-cert", "cert.pem", "-key", "key.pem", "-quiet"]
    with subprocess.Popen(serve, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as impostor:
        variables = told(fingerprint(keys)) | {"docker_context_endpoint": f"tcp://{address}"}
        failure = client.play(variables).failure
        impostor.terminate()
    assert failure == (
        f"host {client.container.name}: what answers at tcp://{address} has no certificate of the host's CA "
        "(self-signed certificate), so nothing was sent to it; find out who answers there, or, if its CA was made anew "
        "on purpose, have the stack replace the host: playbooks/state.yml -e state=replaced"
    )
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before


def test_dockerd_that_does_not_answer_is_said_to_be_silent(client: Client) -> None:
    endpoint = f"tcp://{client.container.address}:2399"
    failure = client.play({"docker_context_endpoint": endpoint}).failure
    assert f"dockerd does not answer at {endpoint} (Connection refused)" in failure


def test_lost_key_is_made_anew(client: Client, keys: Path) -> None:
    (keys / "key.pem").unlink()
    assert client.apply({}).changes == {KEY, CERT, CONTEXT}


@pytest.mark.parametrize("has_stack", [True, False], ids=["told by the stack", "asked of the host"])
def test_new_ca_of_the_host_is_fetched(client: Client, host: Host, *, has_stack: bool) -> None:
    host.check_output("rm -r /etc/docker/pki && docker-pki init && systemctl restart docker")
    stack = told(host.check_output("docker-pki fingerprint")) if has_stack else {}
    assert client.apply(stack).changes == {CERT, CA, CONTEXT}
    assert client.play(stack).changes == set()


def test_ca_unlike_the_one_the_stack_tells_is_not_trusted(client: Client, keys: Path) -> None:
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    failure = client.play(told("0" * 64)).failure
    assert failure == (
        f"host {client.container.name}: its CA is not the one it told Heat, so nothing was trusted; find out who "
        f"answers at tcp://{client.container.address}:2376, or replace the host"
    )
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before


def test_host_without_a_ca_is_refused(client: Client, host: Host, keys: Path) -> None:
    (keys / "cert.pem").unlink()
    host.check_output("mv /etc/docker/pki /etc/docker/away")
    failure = client.play({}).failure
    host.check_output("mv /etc/docker/away /etc/docker/pki")
    assert failure == (
        f"host {client.container.name}: has no CA that signs the client's certificate (docker-pki: /etc/docker/pki has "
        "no CA; run docker-pki init first); apply the role heatdock.hosts.docker_engine to it first"
    )


def test_absent_removes_context_and_key(client: Client, keys: Path) -> None:
    absent = {"docker_context_state": "absent"}
    assert client.apply(absent).changes == {CONTEXT, FILES}
    assert client.container.name not in client.docker("context", "ls", "--format", "{{.Name}}").split()
    assert not keys.exists()
    assert client.play(absent).changes == set()


def test_context_is_made_from_nothing_as_foreseen(client: Client) -> None:
    client.play({"docker_context_state": "absent"})
    assert client.apply({}).changes == {KEY, CERT, CA, CONTEXT}
