# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong uses: each is one sentence on standard error and the right exit status, and leaves everything as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.plugin import Plugin

FAILED, MISUSED = 1, 2
USAGE = {
    "lss": 'there is no command "lss"; closest is "ls"',
    "ls --qiet": 'there is no option "--qiet"; closest is "--quiet"',
    "ls web1": "got unexpected extra argument (web1)",
    "ls --filter colour=red": '"colour=red" is no filter',
    "ls --filter state": '"state" is no filter',
    "ls --format": "requires an argument",
    "create": "HOST is missing",
    "create -d virtualbox web1": 'there is no driver "virtualbox"',
    "create default": "default is the docker client's own name for the local daemon",
    "create --ephemeral --tls-san a.example web1": "--tls-san needs a declaration",
    "create --swarm web1": "use docker swarm on the hosts",
    "create --engine-install-url http://get.example web1": "an engine comes from package repositories",
    "create --openstack-nova-network web1": "nova-network left Nova in 2018",
    "create --ip-version four web1": "--ip-version: 'four' is not a valid int",
    "create --metadata role web1": '"role" has no value; write NAME=VALUE',
    "create --address-pools 10.9.0.0/16 web1": '"10.9.0.0/16" is no JSON object',
    "create --cloud-config nothing.yml web1": "--cloud-config",
    "create --openstack-username demo web1": "the password is missing; set OS_PASSWORD",
    "create --openstack-username demo --openstack-password x web1": "the cloud's address is missing",
    "rm": "HOST is missing",
    "use": "HOST is missing",
    "env --shell ksh": "--shell: 'ksh' is not one of",
    "completion ksh": "'ksh' is not one of",
    "scp web1:/etc/hostname": "say from where and to where",
    "mount /srv": '"/srv" names no folder of a host',
    "mount nobody:": "say which folder here",
}
FAILURES = {
    "ls --format {{.Nmae}}": "fields are Name, Active",
    "ls --format {{.Name": "}} is missing",
    "url": "no host is named and the active one is the local daemon",
    "url default": "that is the local daemon",
    "ip nobody": "there is no host nobody in cloud",
    "status nobody": "there is no host nobody in cloud",
    "inspect nobody": "there is no host nobody in cloud",
    "env nobody": "there is no host nobody in cloud",
    "use nobody": "there is no host nobody in cloud",
    "ssh nobody true": "there is no host nobody in cloud",
    "scp nobody:/etc/hostname .": "there is no host nobody in cloud",
    "start nobody": "there is no host nobody in cloud",
    "rm -y nobody": "there is no host nobody in cloud",
    "logs nobody": "there is no host nobody in cloud",
    "version nobody": "there is no host nobody in cloud",
    "--cloud nowhere ls": 'cloud "nowhere" is not in',
    "--fleet /nowhere ls": "/nowhere is no fleet",
    "create --openstack-auth-url http://127.0.0.1:1 --openstack-username u --openstack-password x web1": "127.0.0.1:1",
}


def is_one_sentence(text: str) -> bool:
    """Tell whether it is one line that says who speaks."""
    return text.startswith("docker hosts: ") and text.count("\n") == 1 and "Traceback" not in text


@pytest.mark.parametrize("line", USAGE)
def test_a_wrong_command_line_is_one_sentence(plugin: Plugin, line: str) -> None:
    done = plugin.hosts(*line.split())
    assert (done.status, done.out) == (MISUSED, ""), done.err
    assert is_one_sentence(done.err), done.err
    assert USAGE[line] in done.err
    assert "--help" in done.err


@pytest.mark.parametrize("line", FAILURES)
def test_what_cannot_be_done_is_one_sentence(plugin: Plugin, line: str) -> None:
    words = line.split(" ")
    before = plugin.declaration
    done = plugin.hosts(*words)
    assert (done.status, done.out) == (FAILED, ""), done.err
    assert is_one_sentence(done.err), done.err
    assert FAILURES[line] in done.err
    assert plugin.declaration == before


REFUSED = {
    "--flavor docker.tny": 'flavor "docker.tny" not found in project heatdock-cli; closest is "docker.small"',
    "--image debian-31": 'image "debian-31" not found',
    "--network privat": 'closest is "private"',
    "--management-cidrs 10.0.0.1/8": "has host bits set",
    "--engine-opt hosts=tcp://0.0.0.0": "dockerd wants a list",
}


@pytest.mark.parametrize("option", REFUSED)
def test_a_host_that_cannot_be_made_leaves_nothing(plugin: Plugin, option: str) -> None:
    before = plugin.declaration
    done = plugin.hosts("create", "wrong1", *option.split())
    assert done.status == FAILED, done.out
    assert REFUSED[option] in done.err
    assert "Traceback" not in done.err
    assert plugin.declaration == before
    assert not list((plugin.root / ".heatdock").rglob("wrong1*"))
    assert plugin.hosts("ls", "-q").lines == ["default"]
    assert plugin.cloud_hosts() == []


def test_a_name_that_is_none_is_refused(plugin: Plugin) -> None:
    done = plugin.hosts("create", "not_a_name")
    assert done.status == FAILED
    assert 'the name "not_a_name" is not a host name' in done.err
    assert "not_a_name" not in plugin.declaration


def test_a_question_that_is_answered_with_no_changes_nothing(plugin: Plugin) -> None:
    (plugin.root / "inventory/hosts.yml").write_text(
        plugin.declaration.replace("hosts: {}", "hosts:\n    web1:"), encoding="utf-8"
    )
    before = plugin.declaration
    assert "web1" in before
    done = plugin.on_terminal("rm", "web1", typed="n\n")
    assert done.status == 130
    assert "Remove web1 with all containers, images and volumes?" in done.out + done.err
    assert plugin.declaration == before
    plugin.well("rm", "-y", "web1")
    assert "web1" not in plugin.declaration
