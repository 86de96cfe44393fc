# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docker-machine's integration suite asks of every driver, asked of docker hosts; docs/docker-machine.yml maps it.

In order, as there: a host is stopped, upgraded, killed and restarted on the way.
"""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.cli.vm.seed import FIRST, SANS, SECOND

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.plugin import Done, Plugin

CERTIFICATE = "sudo openssl x509 -in /etc/docker/pki/server.pem -noout -ext subjectAltName"
NOT_RUNNING = f"host {FIRST} is not running, it is stopped"
ENVIRONMENTS = {
    "bash": ("export {}={}", "unset {}"),
    "zsh": ("export {}={}", "unset {}"),
    "fish": ("set -gx {} '{}';", "set -e {};"),
    "powershell": ("$Env:{} = '{}'", "Remove-Item -ErrorAction SilentlyContinue Env:\\{}"),
    "cmd": ("SET {}={}", "SET {}="),
    "tcsh": ("setenv {} {};", "unsetenv {};"),
    "emacs": ('(setenv "{}" "{}")', '(setenv "{}" nil)'),
}


@pytest.fixture(autouse=True)
def _made(second: Done) -> None:
    """Have both hosts."""
    assert second.status == 0, second.out + second.err


def variables_of(desk: Plugin) -> dict[str, str]:
    """Return what points at the first host."""
    values = ("1", desk.well("url", FIRST).lines[0], str(desk.certificates(FIRST)), FIRST)
    return dict(zip(("DOCKER_TLS_VERIFY", "DOCKER_HOST", "DOCKER_CERT_PATH", "DOCKER_HOSTS_NAME"), values, strict=True))


def names_in_certificate(desk: Plugin, host: str) -> set[str]:
    """Return the names and addresses in the certificate that dockerd serves."""
    shown = desk.well("ssh", host, CERTIFICATE).out
    return set(re.findall(r"(?:DNS|IP Address):([^,\s]+)", shown))


def test_unknown_host_is_an_error(desk: Plugin) -> None:
    done = desk.hosts("inspect", "UNKNOWN")
    assert done.status == 1
    assert "there is no host UNKNOWN" in done.err


def test_ls_names_it(desk: Plugin) -> None:
    assert FIRST in desk.well("ls", "-q").lines


def test_ls_filters_by_state(desk: Plugin) -> None:
    assert desk.well("ls", "-q", "--filter", "state=Running").lines == [FIRST, SECOND]


def test_a_name_that_is_taken_is_refused(desk: Plugin) -> None:
    before = desk.declaration
    done = desk.hosts("create", "-d", "openstack", FIRST)
    assert done.status == 1
    assert f"host {FIRST} exists already" in done.err
    assert desk.declaration == before


def test_a_container_is_run(desk: Plugin, busybox: str) -> None:
    assert desk.docker("--context", FIRST, "run", "--rm", busybox, "echo", "hello world").lines == ["hello world"]


def test_url(desk: Plugin) -> None:
    assert desk.well("url", FIRST).lines == [f"tcp://{desk.well('ip', FIRST).lines[0]}:2376"]


def test_ip(desk: Plugin) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+", desk.well("ip", FIRST).lines[0])


def test_ssh(desk: Plugin) -> None:
    assert desk.well("ssh", FIRST, "--", "ls", "-lah", "/").lines[0].startswith("total")
    assert desk.well("ssh", FIRST, "echo", "foo").lines == ["foo"]
    assert desk.hosts("ssh", FIRST, "exit 7").status == 7


def test_ssh_takes_options_of_its_own(desk: Plugin) -> None:
    assert desk.well("ssh", FIRST, "-C", "echo", "foo").lines == ["foo"]


def test_version(desk: Plugin) -> None:
    assert re.match(r"\d+\.\d+", desk.well("version", FIRST).lines[0])


def test_docker_works_by_its_socket_there(desk: Plugin) -> None:
    assert "Server:" in desk.well("ssh", FIRST, "--", "sudo", "docker", "version").out


@pytest.mark.parametrize("shell", ENVIRONMENTS)
def test_env(desk: Plugin, shell: str) -> None:
    sets, unsets = ENVIRONMENTS[shell]
    variables = variables_of(desk)
    assert desk.well("env", "--shell", shell, FIRST).lines[:-1] == [sets.format(*item) for item in variables.items()]
    assert desk.well("env", "--shell", shell, "--unset").lines[:-1] == [unsets.format(name) for name in variables]


def test_env_puts_the_address_into_no_proxy(desk: Plugin) -> None:
    address = desk.well("ip", FIRST).lines[0]
    assert f"export NO_PROXY={address}" in desk.well("env", "--no-proxy", FIRST).lines
    assert f"export NO_PROXY=localhost,{address}" in desk.well("env", "--no-proxy", FIRST, NO_PROXY="localhost").lines
    assert "unset NO_PROXY" in desk.well("env", "--no-proxy", "--unset", FIRST, NO_PROXY=address).lines


def test_what_env_prints_is_what_a_shell_takes(desk: Plugin) -> None:
    script = f'eval "$(docker hosts env {FIRST})" && docker info --format "{{{{.Name}}}}"'
    done = subprocess.run(["bash", "-c", script], env=desk.environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [FIRST]


def test_inspect_takes_formats(desk: Plugin) -> None:
    assert desk.well("inspect", "-f", "{{.Name}}", FIRST).lines == [FIRST]
    assert desk.well("inspect", "-f", "{{json .Name}}", FIRST).lines == [f'"{FIRST}"']
    assert len(desk.well("inspect", "-f", "{{prettyjson .Server}}", FIRST).lines) > 1


def test_files_are_copied_from_a_host(desk: Plugin, tmp_path: Path) -> None:
    desk.well("ssh", FIRST, "echo A file created remotely! >/tmp/foo.txt")
    desk.well("scp", f"{FIRST}:/tmp/foo.txt", str(tmp_path))
    assert (tmp_path / "foo.txt").read_text() == "A file created remotely!\n"


def test_files_are_copied_to_a_host(desk: Plugin, tmp_path: Path) -> None:
    (tmp_path / "foo.txt").write_text("A file created locally!")
    desk.well("scp", str(tmp_path / "foo.txt"), f"{FIRST}:/tmp/bar.txt")
    assert desk.well("ssh", FIRST, "cat", "/tmp/bar.txt").out == "A file created locally!"


def test_files_are_copied_between_hosts(desk: Plugin) -> None:
    desk.well("ssh", FIRST, "echo A file hopping around! >/tmp/hop.txt")
    desk.well("scp", f"{FIRST}:/tmp/hop.txt", f"{SECOND}:/tmp/hop.txt")
    assert desk.well("ssh", SECOND, "cat", "/tmp/hop.txt").out == "A file hopping around!\n"


def test_options_of_the_engine_are_those_that_were_given(desk: Plugin) -> None:
    told = json.loads(desk.docker("--context", SECOND, "info", "--format", "{{json .}}").out)
    assert "spam=eggs" in told["Labels"]
    assert told["Driver"] == "overlay2"
    assert told["LoggingDriver"] == "none"
    assert "registry.example:5000" in told["RegistryConfig"]["IndexConfigs"]
    environment = desk.well("ssh", SECOND, "sudo cat /proc/$(pgrep -xo dockerd)/environ").out.split("\0")
    assert "TEST=VALUE" in environment


def test_further_names_are_in_the_certificate(desk: Plugin) -> None:
    assert names_in_certificate(desk, SECOND) >= {*SANS, desk.well("ip", SECOND).lines[0]}


def test_certificates_are_made_anew_with_the_same_names(desk: Plugin) -> None:
    serial = "sudo openssl x509 -in /etc/docker/pki/server.pem -noout -serial"
    names, before = names_in_certificate(desk, SECOND), desk.well("ssh", SECOND, serial).out
    desk.well("regenerate-certs", "-f", SECOND)
    assert desk.well("ssh", SECOND, serial).out != before
    assert names_in_certificate(desk, SECOND) == names
    assert desk.docker("--context", SECOND, "version").status == 0


def test_a_stopped_host_says_so(desk: Plugin) -> None:
    desk.well("stop", FIRST)
    assert desk.well("ls", "--format", "{{.State}}", "--filter", f"name={FIRST}").lines == ["Stopped"]
    for command in ("url", "env", "version"):
        done = desk.hosts(command, FIRST)
        assert (done.status, done.out) == (1, ""), command
        assert NOT_RUNNING in done.err, command


def test_a_stopped_host_is_upgraded_and_runs(desk: Plugin) -> None:
    desk.well("upgrade", FIRST)
    assert desk.well("status", FIRST).lines == ["Running"]
    assert desk.docker("--context", FIRST, "version").status == 0


def test_start_of_a_host_that_runs_does_nothing(desk: Plugin) -> None:
    desk.well("start", FIRST)
    assert desk.well("ls", "-q", "--filter", "state=Running").lines == [FIRST, SECOND]


def test_kill(desk: Plugin) -> None:
    desk.well("kill", FIRST)
    assert desk.well("status", FIRST).lines == ["Stopped"]


def test_start(desk: Plugin) -> None:
    desk.well("start", FIRST)
    assert desk.well("status", FIRST).lines == ["Running"]
    assert desk.docker("--context", FIRST, "version").status == 0


def test_restart(desk: Plugin) -> None:
    booted = "cat /proc/sys/kernel/random/boot_id"
    before = desk.well("ssh", SECOND, booted).out
    desk.well("restart", SECOND)
    assert desk.well("status", SECOND).lines == ["Running"]
    assert desk.docker("--context", SECOND, "version").status == 0
    assert desk.well("ssh", SECOND, booted).out != before
