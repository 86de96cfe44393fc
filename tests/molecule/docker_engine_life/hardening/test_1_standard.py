# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The standard profile: what it guards, and that a user's ordinary work runs."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from tests.molecule.docker_engine_life.hardening.engine import IMAGE, address_of, remove, results, served, start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testinfra.host import Host
    from tests.molecule.conftest import Client, Container
    from tests.molecule.docker_engine_life.hardening.engine import Score

SSHD = "/etc/ssh/sshd_config.d/10-heatdock.conf"
SERVE = "httpd -f -p 80 -h /srv"


@pytest.fixture(scope="module", autouse=True)
def _image(host: Host) -> None:
    """Make an image, and files to bind."""
    host.check_output(IMAGE)
    host.check_output("mkdir -p /srv/site && echo bound >/srv/site/index.html")


@pytest.fixture
def _served(host: Host) -> Iterator[None]:
    """Serve a bound folder on a published port."""
    start(host, "web", "--publish 8080:80", "--volume /srv/site:/srv", command=SERVE)
    yield
    remove(host, "web")


@pytest.mark.usefixtures("_served")
def test_published_port_serves_a_bound_folder(container: Container) -> None:
    for _ in range(20):
        try:
            with urllib.request.urlopen(f"http://{container.address}:8080/", timeout=5) as answer:
                assert answer.read() == b"bound\n"
                return
        except urllib.error.URLError:
            time.sleep(0.2)
    pytest.fail("the published port did not answer within 4 s")


def test_container_writes_to_a_bound_folder_as_root(host: Host) -> None:
    host.check_output("docker run --rm --volume /srv/site:/srv busybox /bin/busybox touch /srv/written")
    assert host.file("/srv/site/written").uid == 0


def test_image_is_built(host: Host) -> None:
    build = 'printf \'FROM busybox\\nCOPY index.html /\\nCMD ["/bin/busybox", "cat", "/index.html"]\\n\''
    host.check_output(f"{build} >/srv/site/Dockerfile && DOCKER_BUILDKIT=0 docker build --tag built /srv/site")
    assert host.check_output("docker run --rm built") == "bound"


def test_containers_of_one_network_find_each_other_by_name(host: Host) -> None:
    host.check_output("docker network create project")
    start(host, "web", "--network project", "--volume /srv/site:/srv", command=SERVE)
    try:
        start(host, "client", "--network project")
        address = address_of(host, "web")
        assert f"Address: {address}" in host.check_output("docker exec client /bin/busybox nslookup web")
        assert served(host, address, inside="client")
    finally:
        remove(host, "web", "client")
        host.check_output("docker network rm project")


def test_crash_leaves_no_memory_image(host: Host) -> None:
    assert host.check_output("docker run --rm busybox /bin/busybox sh -c 'ulimit -Hc'") == "0"
    assert host.check_output("docker run --rm --ulimit core=-1 busybox /bin/busybox sh -c 'ulimit -c'") == "unlimited"


def test_docker_s_own_guards_are_kept(host: Host) -> None:
    assert "name=seccomp,profile=" in host.check_output("docker info --format '{{.SecurityOptions}}'")
    assert host.check_output("docker run --rm busybox /bin/busybox grep Seccomp: /proc/self/status").split()[1] == "2"


def test_right_to_write_is_taken_from_others(client: Client, host: Host) -> None:
    host.check_output("chmod 0666 /etc/default/docker && chown nobody /etc/docker")
    changes = client.apply({}).changes
    assert changes == {
        "hardening | Take the right to write from all but root: /etc/default/docker",
        "hardening | Take the right to write from all but root: /etc/docker",
    }
    assert host.file("/etc/default/docker").mode == 0o644
    assert host.file("/etc/docker").user == "root"


def test_passwords_are_left_where_that_is_said(client: Client, host: Host) -> None:
    host.check_output("apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends openssh-server >&2")
    assert "passwordauthentication no" in host.check_output("sshd -T").splitlines()
    changes = client.apply({"docker_engine_ssh_keys_only": False}).changes
    assert changes == {f"Remove files no longer declared: {SSHD}"}
    assert "passwordauthentication yes" in host.check_output("sshd -T").splitlines()


def test_login_by_password_is_not_shut_out(client: Client, host: Host) -> None:
    assert client.play({"ansible_password": "x"}).failure == (
        f"host {client.container.name}: you log in by password, which SSH would then refuse; log in by a key, or set "
        "docker_engine_ssh_keys_only: false"
    )
    assert not host.file(SSHD).exists


def test_settings_that_sshd_refuses_never_land(client: Client, host: Host) -> None:
    host.check_output("mv /usr/sbin/sshd /usr/sbin/sshd.real")
    host.check_output("printf '#!/bin/sh\\nexit 1\\n' >/usr/sbin/sshd && chmod 0755 /usr/sbin/sshd")
    refused = client.play({})
    host.check_output("mv /usr/sbin/sshd.real /usr/sbin/sshd")
    assert "failed to validate" in refused.output
    assert not host.file(SSHD).exists


def test_sshd_takes_keys_alone(client: Client, host: Host) -> None:
    before = host.check_output("systemctl show --property MainPID ssh.service")
    assert client.apply({}).changes == {f"Write the files: {SSHD}"}
    said = host.check_output("sshd -T").splitlines()
    assert {"passwordauthentication no", "kbdinteractiveauthentication no"} < set(said)
    assert "permitrootlogin without-password" in said
    # It is the same sshd, and it has read its settings again.
    assert host.check_output("systemctl show --property MainPID ssh.service") == before
    assert "Received SIGHUP" in host.check_output("journalctl --unit ssh.service --boot")


def test_score_of_standard(score: Score) -> None:
    report = score()
    assert results(report, "WARN", "2") == ["2.2", "2.9", "2.12", "2.13", "2.14"]
    assert results(report, "PASS", "2") == [
        *("2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "2.10", "2.11", "2.15", "2.16", "2.17"),
    ]
    assert report["scores"]["2"] == 4
    # The scenario has /var/lib/docker on a mount of its own; a container cannot have audit rules.
    assert results(report, "PASS", "1") == ["1.1.1"]
