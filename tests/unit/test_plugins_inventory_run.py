# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin as Ansible's programs load it, on a cloud in memory."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from memory_cloud import TEMPLATE, declared
from memory_server import serving
from tests.environments import without

if TYPE_CHECKING:
    from collections.abc import Iterator

    from memory_cloud import MemoryCloud, MemoryStack
    from memory_server import Server

ROOT = Path(__file__).parents[2]
CACHED = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": "cache"}
SECRET = "planted-secret"
FAILED_HOSTS = 2
"""How ansible-playbook exits when a host failed."""

SETTINGS = {
    "ANSIBLE_CONFIG": "/nowhere/ansible.cfg",
    "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
    "ANSIBLE_INVENTORY_ENABLED": "heatdock.hosts.stacks,ansible.builtin.yaml",
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
    "ANSIBLE_LOCALHOST_WARNING": "false",
}


def settings(folder: Path) -> dict[str, str]:
    """Return an environment in which Ansible has the settings of these tests alone."""
    return {**without("OS_", "ANSIBLE_"), **SETTINGS, "ANSIBLE_HOME": str(folder / "home")}


class Desk:
    """A folder with an inventory, from which Ansible is run."""

    def __init__(self, folder: Path, server: Server, other: Server, reader: subprocess.Popen[str]) -> None:
        self.folder = folder
        self.cloud: MemoryCloud = server.cloud
        self.other: MemoryCloud = other.cloud
        self._reader = reader
        (folder / "inventory").mkdir()
        clouds = {"clouds": {"here": server.entry(), "there": other.entry()}}
        (folder / "some-clouds.yaml").write_text(yaml.safe_dump(clouds), encoding="utf-8")
        self.configure()

    def configure(self, **options: Any) -> None:
        """Write the plugin's configuration."""
        usual = {"cloud": "here", "clouds_files": [str(self.folder / "some-clouds.yaml")]}
        self.write("stacks.heat.yml", {"plugin": "heatdock.hosts.stacks", **usual, **options})

    def write(self, path: str, content: Any) -> None:
        """Write a file of the inventory."""
        target = self.folder / "inventory" / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(yaml.safe_dump(content), encoding="utf-8")

    def declare(self, *names: str, **variables: Any) -> None:
        """Declare hosts."""
        self.write("hosts.yml", {"docker_hosts": {"vars": variables, "hosts": {name: {} for name in names}}})

    def attempt(self, program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one of Ansible's programs."""
        command = [str(Path(sys.executable).with_name(program)), "-i", "inventory", *arguments]
        chosen = {key: value for key, value in {**settings(self.folder), **environment}.items() if value}
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=self.folder, env=chosen)

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one that has to succeed."""
        run = self.attempt(program, *arguments)
        assert run.returncode == 0, run.stdout + run.stderr
        return run

    def attempt_as_shipped(self, program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one with the project's own settings and observed hosts, on a cloud of the folder's clouds.yaml."""
        own = {name: "" for name in SETTINGS if name.startswith("ANSIBLE_INVENTORY")}
        own |= {"ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "OS_CLOUD": "here"}
        (self.folder / "inventory/stacks.heat.yml").unlink(missing_ok=True)
        shutil.copy(self.folder / "some-clouds.yaml", self.folder / "clouds.yaml")
        source = str(ROOT / "inventory/stacks.heat.yml")
        return self.attempt(program, "-i", source, *arguments, **own, **environment)

    def play(self, *tasks: dict[str, Any], **variables: Any) -> str:
        """Run tasks on all hosts, without a connection to them, and return what is printed."""
        play = {"hosts": "all", "gather_facts": False, "connection": "local", "vars": variables, "tasks": list(tasks)}
        (self.folder / "play.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
        return self.run("ansible-playbook", "play.yml").stdout

    def _read(self, *, cache: bool) -> dict[str, Any]:
        self.cloud.calls.clear()
        assert self._reader.stdin
        assert self._reader.stdout
        print(json.dumps({"folder": str(self.folder), "cache": cache}), file=self._reader.stdin, flush=True)
        return dict(json.loads(self._reader.stdout.readline()))

    def read(self, *, cache: bool = True) -> Inventory:
        """Return what the inventory says; the calls of this reading are all that the cloud remembers then."""
        answer = self._read(cache=cache)
        assert "error" not in answer, answer["error"]
        return Inventory(**answer)

    def refusal(self) -> str:
        """Return what the inventory is refused for."""
        return " ".join(self._read(cache=True)["error"].split())

    def paths(self) -> list[str]:
        """Return what was read of the first cloud."""
        return sorted(path for _service, _method, path in self.cloud.calls)


@dataclass
class Inventory:
    """What an inventory says: the hosts of each group, and the variables of each host."""

    groups: dict[str, list[str]]
    hosts: dict[str, dict[str, Any]]


def add(cloud: MemoryCloud, name: str, *tags: str, **parameters: Any) -> MemoryStack:
    return cloud.add_declared(declared(name, **parameters), ["heatdock", *tags])


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(Path(__file__).with_name("inventory_reader.py"))]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=settings(tmp_path_factory.mktemp("reader")), **pipes) as process:
        yield process
        process.communicate()


@pytest.fixture
def desk(tmp_path: Path, reader: subprocess.Popen[str]) -> Iterator[Desk]:
    with serving() as server, serving() as other:
        yield Desk(tmp_path, server, other, reader)


def hostile(folder: Path, name: str) -> str:
    return "{{ lookup('ansible.builtin.pipe', 'touch " + str(folder / name) + "') }}"


def tagged_as_trusted(text: str) -> dict[str, Any]:
    """Return what Ansible's own files hold of a text that it trusts."""
    return {"__ansible_type": "_AnsibleTaggedStr", "value": text, "tags": [{"__ansible_type": "TrustedAsTemplate"}]}


@pytest.mark.parametrize(("options", "runs"), [({}, 1), (CACHED, 2)], ids=["plain", "cached"])
def test_nothing_from_the_cloud_is_evaluated(desk: Desk, options: dict[str, Any], runs: int) -> None:
    stack = add(desk.cloud, "web1", hostile(desk.folder, "tag"), image=hostile(desk.folder, "parameter"))
    stack.reason = hostile(desk.folder, "reason")
    stack.outputs |= {
        "ssh_user": hostile(desk.folder, "user"),
        "note": hostile(desk.folder, "output"),
        hostile(desk.folder, "key"): "x",
        "list": [hostile(desk.folder, "item")],
        "dict": tagged_as_trusted(hostile(desk.folder, "tagged")),
        "unsafe": {"__ansible_unsafe": hostile(desk.folder, "unsafe")},
    }
    compose = {"composed": "heat_stack.outputs.note", "joined": "heat_stack.outputs.list | join"}
    keyed = [{"key": "heat_stack.outputs.note", "prefix": "note", "parent_group": "{{ heat_stack.status }}"}]
    groups = {"noted": "heat_stack.outputs.note != ''"}
    desk.configure(**options, compose=compose, keyed_groups=keyed, groups=groups)
    shown = [
        "heat_stack",
        "ansible_user",
        "composed",
        "joined",
        "group_names",
        "through",
        "hostvars['web1'].heat_stack",
    ]
    tasks: list[dict[str, Any]] = [
        {"ansible.builtin.debug": {"msg": " ".join("{{ " + item + " }}" for item in shown)}},
        {"ansible.builtin.debug": {"var": "hostvars"}},
        {"ansible.builtin.set_fact": {"kept": "{{ heat_stack }}"}},
        {"ansible.builtin.debug": {"msg": "{{ kept }}"}},
    ]
    for _run in range(runs):
        assert "lookup('ansible.builtin.pipe'" in desk.play(*tasks, through="{{ heat_stack.outputs.note }}")
    listed = json.loads(desk.run("ansible-inventory", "--list").stdout)
    assert listed["_meta"]["hostvars"]["web1"]["composed"] == {"__ansible_unsafe": stack.outputs["note"]}
    assert {path.name for path in desk.folder.iterdir()} <= {
        "inventory",
        "some-clouds.yaml",
        "play.yml",
        "home",
        "cache",
    }


def test_a_template_of_the_inventory_itself_is_evaluated(desk: Desk) -> None:
    desk.declare("web1", proof=hostile(desk.folder, "proof"))
    desk.play({"ansible.builtin.debug": {"var": "proof"}})
    assert (desk.folder / "proof").exists()


def test_an_address_that_is_an_option_of_ssh_is_none(desk: Desk) -> None:
    add(desk.cloud, "web1").outputs = {"address": "-oProxyCommand=touch /tmp/x", "ssh_port": "22 -v"}
    assert not {"ansible_host", "ansible_port", "ansible_user"} & set(desk.read().hosts["web1"])


def test_what_other_sources_say_is_seen_when_groups_and_variables_are_made(desk: Desk) -> None:
    add(desk.cloud, "web1")
    desk.declare("web1", role="{{ kind }}", kind="build")
    desk.write("group_vars/docker_hosts.yml", {"rack": "r{{ 1 + 1 }}"})
    desk.write("host_vars/web1.yml", {"seat": 7})
    rules = {
        "compose": {"place": "rack ~ seat", "where": "role ~ '@' ~ heat_stack.outputs.address"},
        "groups": {"builders": "role == 'build'", "strangers": "'heatdock_undeclared' in group_names"},
        "keyed_groups": [{"key": "where", "prefix": "at"}, {"key": "place", "prefix": "rack"}],
    }
    desk.configure(strict=True, use_vars_plugins=True, **rules)
    listed = desk.read()
    assert listed.hosts["web1"]["place"] == "r27"
    assert listed.groups["builders"] == listed.groups["rack_r27"] == ["web1"]
    assert listed.groups["at_build_203_0_113_5"] == ["web1"]
    assert "strangers" not in listed.groups
    desk.configure(**rules)
    listed = desk.read()
    assert "place" not in listed.hosts["web1"]
    assert listed.groups["builders"] == ["web1"]


@pytest.mark.parametrize(
    "rule",
    [{"compose": {"x": "nowhere"}}, {"groups": {"x": "nowhere"}}, {"keyed_groups": [{"key": "nowhere"}]}],
    ids=["compose", "groups", "keyed_groups"],
)
def test_strict_is_honoured(desk: Desk, rule: dict[str, Any]) -> None:
    add(desk.cloud, "web1")
    desk.configure(**rule)
    assert desk.read().groups["heatdock"] == ["web1"]
    desk.configure(strict=True, **rule)
    assert "nowhere" in desk.refusal()


def test_hosts_are_grouped_by_what_they_are(desk: Desk) -> None:
    add(desk.cloud, "web1", "Blue/Green", "heatdock-inputs-12", image="Debian 13", availability_zone="az-1")
    add(desk.cloud, "web2").status = "UPDATE_FAILED"
    groups = desk.read().groups
    assert {group: hosts for group, hosts in groups.items() if group.startswith("heatdock_") and hosts} == {
        "heatdock_status_CREATE_COMPLETE": ["web1"],
        "heatdock_status_UPDATE_FAILED": ["web2"],
        "heatdock_image_Debian_13": ["web1"],
        "heatdock_image_debian_13": ["web2"],
        "heatdock_flavor_docker_small": ["web1", "web2"],
        "heatdock_zone_az_1": ["web1"],
        "heatdock_tag_Blue_Green": ["web1"],
    }


def test_missing_and_undeclared_hosts_are_groups(desk: Desk) -> None:
    add(desk.cloud, "web1")
    add(desk.cloud, "stranger")
    desk.declare("web1", "web2")
    listed = desk.read()
    assert listed.groups["heatdock_missing"] == ["web2"]
    assert listed.groups["heatdock_undeclared"] == ["stranger"]
    assert listed.groups["heatdock"] == ["stranger", "web1"]


def test_declarations_read_later_are_not_compared(desk: Desk) -> None:
    add(desk.cloud, "web1")
    desk.declare("web2")
    (desk.folder / "inventory/hosts.yml").rename(desk.folder / "inventory/then.yml")
    listed = desk.read()
    assert not {"heatdock_missing", "heatdock_undeclared"} & set(listed.groups)


def test_what_a_host_is_declared_to_be_reached_by_stays(desk: Desk) -> None:
    add(desk.cloud, "web1").outputs |= {"ssh_port": "2222"}
    desk.write("hosts.yml", {"docker_hosts": {"hosts": {"web1": {"ansible_host": "bastion.example"}}}})
    variables = desk.read().hosts["web1"]
    assert (variables["ansible_host"], variables["ansible_port"]) == ("bastion.example", 2222)


JUMP = "ProxyJump=alice@bastion"


@pytest.fixture
def behind_bastion(desk: Desk) -> Desk:
    add(desk.cloud, "web1").outputs |= {"server_id": "s1", "ssh_host_keys": ["ssh-ed25519 AAAA"]}
    desk.declare("web1", ansible_ssh_common_args=f"-o {JUMP}")
    return desk


def test_ansible_reaches_a_host_by_its_bastion_and_trusts_its_pinned_keys_alone(behind_bastion: Desk) -> None:
    ssh, told = behind_bastion.folder / "ssh", behind_bastion.folder / "told"
    ssh.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >>'{told}'\n")
    ssh.chmod(0o755)
    arguments = ("-m", "ansible.builtin.raw", "-a", "true", "-e", "fleet_known_hosts=/pinned")
    done = behind_bastion.attempt_as_shipped("ansible", "web1", *arguments, ANSIBLE_SSH_EXECUTABLE=str(ssh))
    assert done.returncode == 0, done.stdout + done.stderr
    pinned = {"UserKnownHostsFile=/pinned", "GlobalKnownHostsFile=none", "StrictHostKeyChecking=yes"}
    assert {JUMP, *pinned} <= set(told.read_text().splitlines())


def test_other_clients_reach_a_host_by_its_bastion_too(behind_bastion: Desk) -> None:
    kept = behind_bastion.folder / "kept"
    pin = (str(ROOT / "playbooks/pin.yml"), "-e", f"fleet_dir={kept}")
    done = behind_bastion.attempt_as_shipped("ansible-playbook", *pin)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"    {JUMP}\n" in (kept / "ssh_config").read_text()


def test_the_preferred_address_is_used(desk: Desk) -> None:
    add(desk.cloud, "web1").outputs |= {"floating_address": "203.0.113.5", "fixed_address": "10.0.0.5"}
    desk.configure(prefer=["fixed"])
    assert desk.read().hosts["web1"]["ansible_host"] == "10.0.0.5"
    desk.configure(prefer=["private"])
    assert "private" in desk.refusal()


def test_the_controllers_own_name_is_not_taken(desk: Desk) -> None:
    add(desk.cloud, "localhost")
    done = desk.run("ansible-inventory", "--list")
    assert "rename it" in done.stderr
    assert "localhost" not in json.loads(done.stdout)["_meta"]["hostvars"]


@pytest.mark.parametrize("name", ["heatdock", "docker_hosts", "all"])
def test_a_host_named_as_a_group_keeps_what_is_said_of_it_to_itself(desk: Desk, name: str) -> None:
    desk.declare("web1")
    stacks = {stack: add(desk.cloud, stack).id for stack in ("web1", name)}
    desk.configure(compose={"own": "heat_stack.id"}, keyed_groups=[{"key": "heat_stack.name"}])
    read = desk.read()
    assert {host: facts["heat_stack"]["id"] for host, facts in read.hosts.items()} == stacks
    assert {host: facts.get("own") for host, facts in read.hosts.items()} == {**stacks, name: None}
    assert sorted(read.groups["heatdock_status_CREATE_COMPLETE"]) == sorted(stacks)
    assert (read.groups["heatdock_missing"], read.groups["heatdock_undeclared"]) == ([], [name])


def test_a_cached_stack_is_read_again_only_after_a_change(desk: Desk) -> None:
    first, second, third = (add(desk.cloud, name) for name in ("web1", "web2", "web3"))
    desk.configure(**CACHED)
    cold = desk.read()
    assert len(desk.paths()) == 4
    assert desk.read() == cold
    assert desk.paths() == ["/stacks"]
    first.updates += 1
    first.outputs = {"address": "203.0.113.6"}
    second.status = "CHECK_COMPLETE"
    del desk.cloud.stacks[third.id]
    listed = desk.read()
    assert desk.paths() == ["/stacks", f"/stacks/web1/{first.id}", f"/stacks/web2/{second.id}"]
    assert listed.groups["heatdock"] == ["web1", "web2"]
    assert listed.hosts["web1"]["ansible_host"] == "203.0.113.6"
    assert listed.groups["heatdock_status_CHECK_COMPLETE"] == ["web2"]
    desk.read()
    assert desk.paths() == ["/stacks"]
    desk.read(cache=False)
    assert len(desk.paths()) == 3


def test_what_all_projects_told_of_a_stack_names_no_host_once_it_is_off(desk: Desk) -> None:
    add(desk.cloud, "web1")
    desk.cloud.is_admin = True
    desk.configure(all_projects=True, full_names=True, **CACHED)
    assert desk.read().groups["heatdock"] == ["web1.p-1.here"]
    desk.cloud.is_admin = False
    desk.configure(full_names=True, **CACHED)
    listed = desk.read()
    assert desk.paths() == ["/stacks"]
    assert listed.groups["heatdock"] == ["web1.here"]
    assert "project" not in listed.hosts["web1.here"]["heat_stack"]


def test_hidden_parameters_are_in_no_cache(desk: Desk) -> None:
    secret = {"type": "string", "hidden": True, "default": ""}
    template = {**TEMPLATE, "parameters": {**TEMPLATE["parameters"], "password": secret}}
    stack = add(desk.cloud, "web1", password=SECRET)
    stack.body["template"] = template
    desk.configure(**CACHED)
    hosts = desk.read().hosts
    (cached,) = (desk.folder / "cache").iterdir()
    for text in (json.dumps(hosts), cached.read_text()):
        assert "debian-13" in text
        assert "password" not in text  # the cloud of these tests hides the value, as Heat does, not the name
        assert SECRET not in text


def test_a_host_whose_server_is_gone_costs_no_other_its_report(desk: Desk) -> None:
    keys = ["ssh-ed25519 AAAA"]
    desk.cloud.console = f"heatdock: {json.dumps({'ssh_host_keys': keys})}"
    for name in ("web1", "web2"):
        add(desk.cloud, name).outputs["server_id"] = name
    desk.cloud.gone = {"web1"}
    hosts = desk.read().hosts
    assert {name: host["heat_stack"]["outputs"].get("ssh_host_keys") for name, host in hosts.items()} == {
        "web1": None,
        "web2": keys,
    }


def test_several_clouds_are_one_inventory(desk: Desk) -> None:
    add(desk.cloud, "web1")
    add(desk.other, "web2")
    desk.configure(clouds=[{"cloud": "here"}, {"cloud": "there", "region_name": "R2"}])
    hosts = desk.read().hosts
    whereabouts = {name: (host["heat_stack"]["cloud"], host["heat_stack"]["region"]) for name, host in hosts.items()}
    assert whereabouts == {"web1": ("here", None), "web2": ("there", "R2")}


def test_one_name_in_two_clouds_is_refused(desk: Desk) -> None:
    add(desk.cloud, "web1")
    add(desk.other, "web1")
    clouds = [{"cloud": "here"}, {"cloud": "there", "region_name": "R 2"}]
    desk.configure(clouds=clouds)
    refusal = desk.refusal()
    assert 'host "web1" is a stack in cloud "here" and in cloud "there", region "R 2"' in refusal
    assert "set full_names to true" in refusal
    desk.configure(clouds=clouds, full_names=True)
    assert desk.read().groups["heatdock"] == ["web1.R-2.there", "web1.here"]


def test_all_projects_are_read_when_asked_for(desk: Desk) -> None:
    add(desk.cloud, "web1")
    add(desk.cloud, "web2").project = "p-2"
    desk.configure(all_projects=True)
    assert "Heat shows the stacks of all projects to administrators alone" in desk.refusal()
    desk.cloud.is_admin = True
    desk.configure(all_projects=True, full_names=True)
    listed = desk.read()
    assert listed.groups["heatdock"] == ["web1.p-1.here", "web2.p-2.here"]
    assert listed.hosts["web2.p-2.here"]["heat_stack"]["project"] == "p-2"


def test_a_cloud_that_fails_is_an_error_unless_ignored(desk: Desk) -> None:
    add(desk.cloud, "web1")
    desk.declare("web1", "elsewhere")
    desk.other.refuse["GET"] = "not today"
    clouds = [{"cloud": "here"}, {"cloud": "there"}]
    desk.configure(clouds=clouds)
    assert 'cloud "there": Heat refuses (not today)' in desk.refusal()
    desk.configure(clouds=clouds, ignore_failing_clouds=True)
    done = desk.run("ansible-inventory", "--list")
    assert 'cloud "there": Heat refuses (not today)' in " ".join(done.stderr.split())
    listed = json.loads(done.stdout)
    assert listed["heatdock"]["hosts"] == ["web1"]
    assert "heatdock_missing" not in listed


def test_what_is_known_of_an_ignored_cloud_stays_in_the_cache(desk: Desk) -> None:
    add(desk.cloud, "web1")
    add(desk.other, "web2")
    desk.configure(clouds=[{"cloud": "here"}, {"cloud": "there"}], ignore_failing_clouds=True, **CACHED)
    desk.read()
    desk.cloud.refuse["GET"] = "not today"
    assert desk.read().groups["heatdock"] == ["web2"]
    del desk.cloud.refuse["GET"]
    assert desk.read().groups["heatdock"] == ["web1", "web2"]
    assert desk.paths() == ["/stacks"]


@pytest.mark.parametrize("playbook", ["configure", "connect"])
def test_a_playbook_for_observed_hosts_fails_when_they_were_not_read(desk: Desk, playbook: str) -> None:
    desk.declare("web1")
    play = ("ansible-playbook", str(ROOT / f"playbooks/{playbook}.yml"))
    assert "no hosts matched" in desk.run(*play).stdout
    desk.cloud.refuse["GET"] = "not today"
    done = desk.attempt(*play, ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="false")
    assert done.returncode == FAILED_HOSTS
    assert "the stacks were not read" in done.stdout


def test_inventory_and_playbook_find_the_cloud_in_the_folder_that_they_are_started_in(desk: Desk) -> None:
    desk.declare("web1")
    more = f"state=checked fleet_template={ROOT / 'heat-templates/docker-host-full.yaml'}"
    done = desk.attempt_as_shipped("ansible-playbook", str(ROOT / "playbooks/state.yml"), "-e", more)
    assert done.returncode == FAILED_HOSTS
    assert "web1: it does not exist" in done.stdout


@pytest.mark.parametrize("path", ["ansible.cfg", "examples/gitops/ansible.cfg"])
def test_an_inventory_that_cannot_be_read_is_an_error_by_the_projects_settings(desk: Desk, path: str) -> None:
    desk.cloud.refuse["GET"] = "not today"
    own = {name: "" for name in SETTINGS if name.startswith("ANSIBLE_INVENTORY")}
    done = desk.attempt("ansible-inventory", "--list", ANSIBLE_CONFIG=str(ROOT / path), **own)
    assert done.returncode != 0
    assert "Heat refuses (not today)" in done.stderr


def test_a_misspelt_key_of_a_cloud_is_refused(desk: Desk) -> None:
    desk.configure(clouds=[{"cloud": "here", "region": "R1"}])
    assert 'clouds has no key "region"; closest is "region_name"' in desk.refusal()
