# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One host seen from outside: its ports, its clients, impostors at its address; the tests build on each other."""

from __future__ import annotations

import contextlib
import errno
import getpass
import select
import shlex
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from fleet import MANAGEMENT_CIDR, Cloud, Fleet, Run, give_busybox, stack_outputs
from tests.scale.tls import Authority

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "guarded"
STRANGER = "198.51.100.77"
"""An address of this machine that no management network holds."""
BATCH = 4096
PATIENCE = 4.0
"""Seconds that a port may take to answer; a closed one never does. A lost SYN is sent again after one, and three."""
IN_FORCE = 30.0
SERVED = {22, 2376}
WITNESS = "docker inspect --format '{{.State.Running}} {{.State.Pid}} {{.State.StartedAt}}' witness"
REDIRECT = "iptables -t nat {} PREROUTING -p tcp --dport {} -j REDIRECT --to-port {}"


def open_ports(address: str, ports: range, source: str | None = None) -> set[int]:
    """Return the ports that take a connection, or refuse one: whatever a filter lets through."""
    reached: set[int] = set()
    for start in range(ports.start, ports.stop, BATCH):
        reached |= _reached(address, range(start, min(start + BATCH, ports.stop)), source)
    return reached


def _reached(address: str, ports: range, source: str | None) -> set[int]:
    """Begin all connections at once, and see which are answered in time."""
    with contextlib.ExitStack() as stack, select.epoll() as poll:
        begun = {}
        for port in ports:
            connection = stack.enter_context(socket.socket())
            connection.settimeout(0)
            if source:
                connection.bind((source, 0))
            assert connection.connect_ex((address, port)) == errno.EINPROGRESS
            begun[connection.fileno()] = port
            poll.register(connection, select.EPOLLOUT | select.EPOLLONESHOT)
        deadline = time.monotonic() + PATIENCE
        found: set[int] = set()
        while (left := deadline - time.monotonic()) > 0:
            found |= {begun[descriptor] for descriptor, _ in poll.poll(left)}
        return found


def await_rules(address: str, source: str, ports: set[int]) -> None:
    """Wait until a change of the rules is in force, which Neutron reports before the network has it."""
    deadline = time.monotonic() + IN_FORCE
    while time.monotonic() < deadline:
        if {port for port in SERVED if open_ports(address, range(port, port + 1), source)} == ports:
            return


class Guarded:
    """The host, as its owner reaches it."""

    def __init__(self, fleet: Fleet, cloud: Cloud) -> None:
        """Know the cloud and the fleet."""
        self.fleet, self.cloud = fleet, cloud

    @property
    def address(self) -> str:
        """Its floating address."""
        return str(stack_outputs(self.cloud, HOST)["floating_address"])

    @property
    def ssh(self) -> list[str]:
        """The command that logs in, by the configuration that the playbooks wrote."""
        return ["ssh", "-F", str(self.fleet.folder / ".heatdock/ssh_config"), "-o", "BatchMode=yes", f"heatdock-{HOST}"]

    def root(self, script: str) -> str:
        """Run a shell script there as root."""
        done = self.fleet.run(*self.ssh, f"sudo sh -ec {shlex.quote(script)}")
        assert done.status == 0, done.output
        return done.output.strip()

    @contextlib.contextmanager
    def redirected(self, port: int, to: int, serve: str) -> Iterator[None]:
        """Have another server answer at a port of its address, to whoever connects from now on."""
        there = (
            f"{serve} && {REDIRECT.format('-I', port, to)} && echo ready && read _; {REDIRECT.format('-D', port, to)}"
        )
        command = [*self.ssh, f"sudo sh -c {shlex.quote(there)}"]
        with subprocess.Popen(
            command, env=self.fleet.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as session:
            assert session.stdin
            assert session.stdout
            assert session.stdout.readline() == "ready\n"
            yield
            session.stdin.write("\n")


@pytest.fixture(scope="module")
def host(fleet: Fleet, cloud: Cloud) -> Guarded:
    """Make the host."""
    fleet.declare({HOST: {}})
    run = fleet.play("site.yml")
    assert run.status == 0, run.output
    guarded = Guarded(fleet, cloud)
    give_busybox(HOST, fleet.environment)
    fleet.docker(HOST, "run", "--detach", "--name", "witness", "busybox", "sleep", "1d")
    return guarded


@pytest.fixture
def stranger() -> Iterator[str]:
    """Give this machine an address outside of the management networks."""
    subprocess.run(["ip", "address", "replace", f"{STRANGER}/32", "dev", "lo"], check=True)
    yield STRANGER
    subprocess.run(["ip", "address", "del", f"{STRANGER}/32", "dev", "lo"], check=True)


def in_one_line(run: Run) -> str:
    """Return what a program printed, whatever its line breaks."""
    return " ".join(run.output.split())


def test_ssh_and_docker_are_the_only_ports_that_answer(host: Guarded) -> None:
    assert open_ports(host.address, range(1, 65536)) == SERVED


def test_they_answer_to_declared_networks_alone(fleet: Fleet, host: Guarded, stranger: str) -> None:
    assert open_ports(host.address, range(1, 4096), stranger) == set()
    fleet.declare({HOST: {"docker_host_management_cidrs": [MANAGEMENT_CIDR, f"{stranger}/32"]}})
    assert fleet.play("playbooks/provision.yml").status == 0
    await_rules(host.address, stranger, SERVED)
    assert open_ports(host.address, range(1, 4096), stranger) == SERVED
    fleet.declare({HOST: {}})
    assert fleet.play("playbooks/provision.yml").status == 0
    await_rules(host.address, stranger, set())
    assert open_ports(host.address, range(1, 4096), stranger) == set()


def curl(host: Guarded, *arguments: str) -> Run:
    """Ask dockerd for its version."""
    ca = host.fleet.folder / ".heatdock/contexts" / HOST / "ca.pem"
    url = f"https://{host.address}:2376/version"
    return host.fleet.run("curl", "--silent", "--show-error", "--fail", "--cacert", str(ca), *arguments, url)


def client(folder: Path) -> list[str]:
    """Return curl's options for a client's files."""
    return ["--cert", str(folder / "cert.pem"), "--key", str(folder / "key.pem")]


def test_clients_without_with_a_foreign_and_with_an_expired_certificate_are_refused(
    host: Guarded, tmp_path: Path
) -> None:
    new = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=me -keyout key.pem"
    kept = host.fleet.folder / ".heatdock/contexts" / HOST
    assert curl(host, *client(kept)).status == 0
    assert "certificate required" in curl(host).output

    Authority(tmp_path).context("me")  # valid since yesterday, since the host's clock may lag
    assert "unknown ca" in curl(host, "--cert", str(tmp_path / "me.pem")).output.lower()

    request = subprocess.run(new.split(), cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    # docker-pki asks date for a certificate's first and last moment.
    long_ago = 'printf \'#!/bin/sh\\nexec /bin/date -u -d "$3 400 days ago" "$4"\\n\' >/root/date; chmod +x /root/date'
    signed = host.root(f"{long_ago}; echo {shlex.quote(request)} | PATH=/root:$PATH docker-pki sign")
    (tmp_path / "cert.pem").write_text(f"{signed}\n", encoding="utf-8")
    assert "expired" in curl(host, *client(tmp_path)).output


def test_revoked_client_is_refused_until_its_owner_connects_anew(fleet: Fleet, host: Guarded) -> None:
    before = host.root(WITNESS)
    host.root(f"docker-pki revoke {getpass.getuser()}@{socket.gethostname()}")
    assert host.root(WITNESS) == before
    refused = fleet.run("docker", "--context", HOST, "version")
    assert refused.status != 0
    assert "certificate" in refused.output
    run = fleet.play("playbooks/connect.yml")
    assert run.changed_tasks() == ["heatdock.hosts.docker_context : Bring the context to its state"]
    assert fleet.docker(HOST, "info", "--format", "{{.Name}}") == f"{HOST}\n"
    assert fleet.play("playbooks/connect.yml").recap[HOST]["changed"] == 0


def test_other_ssh_server_at_the_address_gets_nothing(fleet: Fleet, host: Guarded, tmp_path: Path) -> None:
    serve = "ssh-keygen -q -t ed25519 -N '' -f /root/other && /usr/sbin/sshd -p 2222 -h /root/other -o PidFile=none"
    with host.redirected(22, 2222, serve):
        run = fleet.play("playbooks/configure.yml", ANSIBLE_SSH_CONTROL_PATH_DIR=str(tmp_path))
    assert run.status != 0
    assert (
        f"host {HOST}: the SSH host key shown at {host.address} is not the one pinned for it, so nothing was sent to it"
    ) in in_one_line(run)
    assert fleet.play("playbooks/configure.yml").recap[HOST]["changed"] == 0


def test_other_docker_server_at_the_address_gets_nothing(fleet: Fleet, host: Guarded) -> None:
    serve = (
        "cd /root && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x "
        f"-addext subjectAltName=IP:{host.address} -keyout other.key -out other.pem 2>/dev/null && "
        "{ openssl s_server -quiet -accept 2377 -cert other.pem -key other.key >/dev/null 2>&1 </dev/null & } "
        "&& sleep 1"
    )
    with host.redirected(2376, 2377, serve):
        run = fleet.play("playbooks/connect.yml")
        refused = fleet.run("docker", "--context", HOST, "version")
    assert run.status != 0
    assert f"what answers at tcp://{host.address}:2376 has no certificate of the host's CA" in in_one_line(run)
    assert refused.status != 0
    assert "certificate signed by unknown authority" in refused.output
    assert fleet.play("playbooks/connect.yml").recap[HOST]["changed"] == 0


def test_changed_key_of_the_same_server_is_an_error(fleet: Fleet) -> None:
    known_hosts = fleet.folder / ".heatdock/known_hosts"
    pinned = known_hosts.read_text(encoding="utf-8")
    known_hosts.write_text(pinned.replace("ssh-ed25519 AAAA", "ssh-ed25519 BBBB"), encoding="utf-8")
    run = fleet.play("playbooks/configure.yml")
    known_hosts.write_text(pinned, encoding="utf-8")
    assert run.status != 0
    assert f"host {HOST}: it reports another SSH host key than the one pinned in {known_hosts}" in in_one_line(run)


def test_context_follows_the_floating_ip_and_containers_run_on(
    fleet: Fleet, host: Guarded, cloud: Cloud, admin: Cloud
) -> None:
    before, address = host.root(WITNESS), host.address
    (lost,) = cloud.network.ips(floating_ip_address=address)
    cloud.network.delete_ip(lost)
    # Held by another meanwhile, so that the new one is another.
    held = admin.network.create_ip(floating_network_id=lost.floating_network_id, floating_ip_address=address)
    try:
        assert "floating_ip: it is gone" in in_one_line(fleet.play("playbooks/state.yml", "-e", "state=checked"))
        run = fleet.play("site.yml")
    finally:
        admin.network.delete_ip(held)
    assert run.status == 0, run.output
    assert host.address != address
    assert fleet.docker(HOST, "info", "--format", "{{.Name}}") == f"{HOST}\n"
    assert host.root(WITNESS) == before
    assert fleet.play("site.yml").recap[HOST]["changed"] == 0


def test_clients_come_through_ssh_alone_and_back(fleet: Fleet, host: Guarded) -> None:
    before = host.root(WITNESS)
    fleet.declare({HOST: {"docker_host_docker_transport": "ssh"}})
    with fleet.with_ssh_of_its_own():
        refused = fleet.play("site.yml")
        assert (
            f'put this line first in ~/.ssh/config, once for all hosts: Include "{fleet.folder}/.heatdock/ssh_config"'
            in in_one_line(refused)
        )
        done = fleet.play("site.yml", "-e", "docker_context_ssh_include=true")
        assert done.status == 0, done.output
        assert fleet.docker(HOST, "info", "--format", "{{.Name}}") == f"{HOST}\n"
        assert fleet.play("site.yml").recap[HOST]["changed"] == 0
    assert open_ports(host.address, range(1, 4096)) == {22}
    assert "2376" not in host.root("ss --no-header --listening --tcp --numeric")

    fleet.declare({HOST: {}})
    done = fleet.play("site.yml")
    assert done.status == 0, done.output
    assert fleet.docker(HOST, "info", "--format", "{{.Name}}") == f"{HOST}\n"
    assert host.root("getent group docker | cut -d : -f 4") == ""
    assert host.root(WITNESS) == before
