# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host's certificates through their life: their renewal, clients that ended, an operator's own CA."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from testinfra.host import Host
    from tests.molecule.conftest import Client, Container

# docker-pki asks date for a certificate's first and last moment.
LONG_AGO = """mkdir -p /tmp/past && cat >/tmp/past/date <<'END' && chmod +x /tmp/past/date && PATH=/tmp/past:$PATH
#!/bin/sh
exec /bin/date -u -d "$3 400 days ago" "$4"
END
"""
SERVED = "openssl s_client -connect 127.0.0.1:2376 </dev/null 2>/dev/null | openssl x509 -noout -serial"
ENGINE = "systemctl show --property MainPID docker.service"
RESTART = "service | Restart dockerd"


def ask(container: Container, folder: Path) -> subprocess.CompletedProcess[str]:
    """Ask for dockerd's version from outside, with a client's files."""
    files = ["--cacert", f"{folder}/ca.pem", "--cert", f"{folder}/cert.pem", "--key", f"{folder}/key.pem"]
    command = ["curl", "--silent", "--show-error", "--fail", *files, f"https://{container.address}:2376/version"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def signed(container: Container, folder: Path, before: str = "") -> Path:
    """Have the host sign a client, after some preparation there."""
    new = "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=me -keyout key.pem"
    request = subprocess.run(new.split(), cwd=folder, capture_output=True, text=True, check=True).stdout
    answer = container.feed(request, "sh", "-c", f"{before}docker-pki sign")
    (folder / "cert.pem").write_text(answer, encoding="utf-8")
    (folder / "ca.pem").write_text(container.feed("", "cat", "/etc/docker/pki/ca.pem"), encoding="utf-8")
    return folder


def test_expired_client_is_refused(container: Container, tmp_path: Path) -> None:
    assert ask(container, signed(container, tmp_path)).returncode == 0
    refused = ask(container, signed(container, tmp_path, LONG_AGO))
    assert refused.returncode != 0
    assert "certificate" in refused.stderr
    ended = ["openssl", "x509", "-in", str(tmp_path / "cert.pem"), "-noout", "-checkend", "0"]
    assert subprocess.run(ended, capture_output=True, check=False).returncode != 0


def test_certificates_are_looked_at_daily(host: Host) -> None:
    assert host.check_output("systemctl is-active docker-pki.timer") == "active"
    assert host.check_output("systemctl show --property NextElapseUSecRealtime docker-pki.timer") != ""


def test_server_certificate_near_its_end_is_renewed_on_the_host(host: Host) -> None:
    host.check_output(
        "cd /etc/docker/pki && openssl x509 -in server.pem -signkey server-key.pem -days 29 -out server.pem"
    )
    before = host.check_output(ENGINE), host.check_output(SERVED)
    host.check_output("systemctl start docker-pki.service")
    assert host.check_output(SERVED) == host.check_output("openssl x509 -in /etc/docker/pki/server.pem -noout -serial")
    assert host.check_output(ENGINE) != before[0]
    after = host.check_output(ENGINE), host.check_output(SERVED)
    assert after[1] != before[1]
    host.check_output("systemctl start docker-pki.service")
    assert (host.check_output(ENGINE), host.check_output(SERVED)) == after


def reported(output: str) -> dict[str, Any]:
    """Return the fact and the warning of a run."""
    results: dict[str, Any] = {}
    for play in json.loads(output)["plays"]:
        for task in play["tasks"]:
            results |= {task["task"]["name"].rpartition(" : ")[2]: result for result in task["hosts"].values()}
    return results


def test_days_of_the_certificates_are_a_fact(client: Client) -> None:
    facts = reported(client.play({}).output)["read | Keep what the host is in mind"]["ansible_facts"]
    assert facts["docker_engine_certificate_days"]["server"] in (824, 825)
    assert 3640 < facts["docker_engine_certificate_days"]["ca"] <= 3650


@pytest.fixture
def operators(tmp_path: Path, container: Container) -> dict[str, str]:
    """Make an operator's CA, with a server certificate that ends soon, and a CA of clients with one."""
    key = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    sans = f"subjectAltName=DNS:{container.name},IP:{container.address}"
    for command in (
        f"{key} -x509 -days 300 -subj /CN=operator -keyout ca-key.pem -out ca.pem",
        f"{key} -x509 -days 300 -subj /CN=clients -keyout client-ca-key.pem -out client-ca.pem",
        f"{key} -subj /CN=host -keyout server-key.pem -out server.csr -addext {sans}",
        "openssl x509 -req -days 20 -in server.csr -CA ca.pem -CAkey ca-key.pem -copy_extensions copy -out server.pem",
        f"{key} -subj /CN=me -keyout key.pem -out client.csr",
        "openssl x509 -req -days 300 -in client.csr -CA client-ca.pem -CAkey client-ca-key.pem -out cert.pem",
    ):
        subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=True)
    return {
        "docker_engine_pki_mode": "provided",
        "docker_engine_pki_ca": str(tmp_path / "ca.pem"),
        "docker_engine_pki_client_ca": str(tmp_path / "client-ca.pem"),
        "docker_engine_pki_certificate": str(tmp_path / "server.pem"),
        "docker_engine_pki_key": (tmp_path / "server-key.pem").read_text(),
    }


def test_operators_own_certificates_take_the_place_of_the_hosts(
    client: Client, container: Container, host: Host, operators: dict[str, str], tmp_path: Path
) -> None:
    wrong = client.play(operators | {"docker_engine_pki_addresses": ["203.0.113.9"]})
    assert 'docker_engine_pki_certificate does not name "203.0.113.9"; have one made' in wrong.failure

    run = client.play(operators, "--diff")
    assert run.returncode == 0, run.failures
    assert RESTART in run.changes
    assert operators["docker_engine_pki_key"].splitlines()[1] not in run.output
    assert ask(container, tmp_path).returncode == 0
    assert host.file("/etc/docker/pki/server-key.pem").mode == 0o600
    assert not host.file("/etc/docker/pki/ca-key.pem").exists
    again = client.play(operators)
    assert again.changes == set()
    warning = reported(again.output)["Warn of certificates that end"]["msg"]
    assert warning == f"WARNING: host {container.name}: certificates that end within 30 days: server"

    own = client.apply({})
    assert {"Make the certificates", RESTART} <= own.changes
    assert ask(container, tmp_path).returncode != 0
    assert ask(container, signed(container, tmp_path)).returncode == 0
    assert client.play({}).changes == set()


def test_host_of_an_older_role_is_brought_along_with_its_ca(client: Client, container: Container, host: Host) -> None:
    before = host.check_output("docker-pki fingerprint")
    options = json.loads(host.file("/etc/docker/daemon.json").content_string)
    container.write("/etc/docker/daemon.json", json.dumps(options | {"tlscacert": "/etc/docker/pki/ca.pem"}))
    container.write("/usr/local/sbin/docker-pki", "#!/bin/sh\nexit 0\n", "0755")
    container.feed("", "rm", "/etc/docker/pki/trusted.pem", "/etc/docker/pki/clients.txt")
    done = client.play({})
    assert done.returncode == 0, done.failures
    assert host.check_output("docker-pki fingerprint") == before
    assert host.file("/etc/docker/pki/trusted.pem").exists
    assert client.play({}).changes == set()
