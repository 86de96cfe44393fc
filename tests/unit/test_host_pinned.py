# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which host keys are trusted, and that nothing in the project trusts without looking."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._known_hosts import (
    HEADER,
    Host,
    is_unreached,
    pins,
    unreachable,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._outputs import report_on
from ansible_collections.heatdock.hosts.plugins.module_utils._ssh_config import Entry, Include, settings_of

ROOT = Path(__file__).parents[2]
KEY, OTHER = "ssh-ed25519 AAAAone", "ssh-ed25519 AAAAtwo"
WEB1 = Host("web1", "203.0.113.5", server="id-1", keys=(KEY,))
PINNED = f"{HEADER}203.0.113.5 {KEY} web1 id-1\n"


def test_reported_key_is_pinned_for_its_host_and_server() -> None:
    assert pins("", [WEB1], "known_hosts").text == PINNED
    assert pins(PINNED, [WEB1], "known_hosts").text == PINNED


def test_another_key_of_the_same_server_is_refused() -> None:
    result = pins(PINNED, [Host("web1", "203.0.113.5", server="id-1", keys=(OTHER,))], "/x/known_hosts")
    assert result.text == PINNED
    assert result.refused["web1"].startswith("it reports another SSH host key than the one pinned in /x/known_hosts, ")
    assert "delete its lines there and run again" in result.refused["web1"]


def test_new_server_brings_a_new_key() -> None:
    result = pins(PINNED, [Host("web1", "203.0.113.5", server="id-2", keys=(OTHER,))], "known_hosts")
    assert result.text == f"{HEADER}203.0.113.5 {OTHER} web1 id-2\n"
    assert result.refused == {}


def test_one_key_more_is_no_change() -> None:
    both = Host("web1", "203.0.113.5", server="id-1", keys=(KEY, "ssh-rsa AAAAthree"))
    assert pins(PINNED, [both], "known_hosts").refused == {}


def test_key_follows_its_host_to_a_new_address() -> None:
    moved = Host("web1", "203.0.113.9", 2222, "id-1", (KEY,))
    assert pins(PINNED, [moved], "known_hosts").text == f"{HEADER}[203.0.113.9]:2222 {KEY} web1 id-1\n"


def test_host_that_reports_nothing_keeps_what_is_pinned_for_its_server() -> None:
    assert pins(PINNED, [Host("web1", "203.0.113.5", server="id-1")], "known_hosts").text == PINNED
    replaced = pins(PINNED, [Host("web1", "203.0.113.5", server="id-2")], "known_hosts")
    assert replaced.text == HEADER
    assert replaced.refused["web1"].startswith("neither Heat nor its console says what its SSH host key is")


def test_file_of_before_pins_nothing_by_itself() -> None:
    assert pins("203.0.113.5 ssh-ed25519 AAAAtwo\n", [WEB1], "known_hosts").text == PINNED


def test_other_key_at_the_address_is_said_in_our_words() -> None:
    warning = "Failed to connect to the host via ssh: @@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n"
    sentence = unreachable({"msg": warning}, "203.0.113.5")
    assert sentence.startswith(
        "the SSH host key shown at 203.0.113.5 is not the one pinned for it, so nothing was sent"
    )
    assert "playbooks/state.yml -e state=replaced" in sentence
    plain = unreachable({"msg": "Failed to connect to the host via ssh: ssh: port 22: No route to host\n"}, "h")
    assert plain == "h cannot be reached by SSH: Failed to connect to the host via ssh: ssh: port 22: No route to host"
    assert [is_unreached(said) for said in (plain, sentence)] == [True, False]


def test_report_on_the_console_is_read_and_the_first_counts() -> None:
    console = (
        "[   12.0] cloud-init[511]: heatdock: no report\n"
        f'[   14.1] heatdock: {{"ssh_host_keys": ["{KEY}"], "docker_ca_fingerprint": "ab", "engine_version": ""}}\r\n'
        f'web1 login: heatdock: {{"ssh_host_keys": ["{OTHER}"]}}\n'
    )
    assert report_on(console) == {"ssh_host_keys": [KEY], "docker_ca_fingerprint": "ab"}
    assert report_on("heatdock: {broken}\n") == {}


def test_ssh_takes_its_settings_from_the_written_file(tmp_path: Path) -> None:
    known_hosts = tmp_path / "a folder" / "known_hosts"
    known_hosts.parent.mkdir()
    config = known_hosts.with_name("ssh_config")
    config.write_text(Entry("web1", "203.0.113.5", 2222, "debian", "/k e/y").text(known_hosts))
    said = subprocess.run(["ssh", "-F", config, "-G", "heatdock-web1"], capture_output=True, text=True, check=True)
    settings = dict(line.partition(" ")[::2] for line in said.stdout.splitlines())
    assert settings["hostname"] == "203.0.113.5"
    assert settings["port"] == "2222"
    assert settings["user"] == "debian"
    assert settings["userknownhostsfile"] == str(known_hosts)
    assert settings["identityfile"] == "/k e/y"
    assert settings["stricthostkeychecking"] in ("true", "yes")


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        ("", []),
        ("-o ProxyJump=alice@bastion", ["ProxyJump=alice@bastion"]),
        ("-4 -v -oProxyJump=bastion -i /key -C", ["ProxyJump=bastion"]),
        ("-J one,two:2222 -o ForwardAgent=yes", ["ProxyJump=one,two:2222", "ForwardAgent=yes"]),
        ("-o 'ProxyCommand ssh -W %h:%p \"bastion\"'", ['ProxyCommand ssh -W %h:%p "bastion"']),
    ],
)
def test_arguments_of_ssh_are_settings(arguments: str, settings: list[str]) -> None:
    assert settings_of(arguments) == settings


def test_more_settings_take_nothing_from_what_is_pinned(tmp_path: Path) -> None:
    config, known_hosts = tmp_path / "ssh_config", tmp_path / "known_hosts"
    more = ["ProxyJump=alice@bastion", "UserKnownHostsFile=/other", "StrictHostKeyChecking=accept-new"]
    config.write_text(Entry("web1", "203.0.113.5", 22, settings=more).text(known_hosts))
    said = subprocess.run(["ssh", "-F", config, "-G", "heatdock-web1"], capture_output=True, text=True, check=True)
    assert {f"userknownhostsfile {known_hosts}", "proxyjump alice@bastion"} <= set(said.stdout.splitlines())
    assert "accept-" not in said.stdout


def test_include_comes_first_in_the_users_file(tmp_path: Path) -> None:
    home = tmp_path / ".ssh/config"
    include = Include("ssh://heatdock-web1", tmp_path / "ssh_config", home)
    assert str(include.path) in include.sentence()
    include.write()
    assert home.read_text() == f'Include "{tmp_path}/ssh_config"\n'
    home.write_text("Host *\n")
    include.write()
    assert home.read_text() == f'Include "{tmp_path}/ssh_config"\nHost *\n'
    assert home.stat().st_mode & 0o777 == 0o600


TRUSTING = re.compile(
    r"StrictHostKeyChecking[ =]+[\"']?(no|off|accept-new|ask)\b|host_key_checking\s*[:=]\s*[\"']?(false|no|off|0)\b"
    r"|HOST_KEY_CHECKING[\"']?\s*[:=]\s*[\"']?(false|no|off|0)\b|UserKnownHostsFile[ =]+/dev/null|AutoAddPolicy"
    r"|ssh-keyscan",
    re.IGNORECASE,
)


@pytest.mark.parametrize("setting", ["StrictHostKeyChecking=no", "host_key_checking = False", "ssh-keyscan web1"])
def test_what_trusts_without_looking_is_seen(setting: str) -> None:
    assert TRUSTING.search(setting)


def test_nothing_turns_host_key_checking_off() -> None:
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in files.split("\0") if name]
    texts = {path: path.read_text(errors="replace") for path in paths if path.is_file() and path != Path(__file__)}
    found = [f"{path}: {match[0]}" for path, text in texts.items() for match in TRUSTING.finditer(text)]
    assert found == []
