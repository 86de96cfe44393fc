# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection: judges a Docker host by the checks of docker-bench-security's sections 1 and 2.

Pure: from what a host said (the probe of playbooks/cis.yml) and the checks' data to results. A check names its judge,
and what the judge is to look at; a judge returns a result and what it saw.
"""

from __future__ import annotations

import base64
import itertools
import json
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

PASS, WARN, INFO, NOTE = "PASS", "WARN", "INFO", "NOTE"

Verdict = tuple[str, str]

# dockerd's flags that daemon.json names in the plural.
PLURALS = {
    "authorization-plugin": "authorization-plugins",
    "default-ulimit": "default-ulimits",
    "host": "hosts",
    "insecure-registry": "insecure-registries",
    "storage-opt": "storage-opts",
}
SHORT = {"-D": "--debug", "-H": "--host", "-l": "--log-level", "-s": "--storage-driver"}
# Drivers that hand logs to a service, which may be on another machine; the rest keeps them on the host.
REMOTE_LOGS = ("awslogs", "etwlogs", "fluentd", "gcplogs", "gelf", "logentries", "splunk", "syslog")


@dataclass(frozen=True)
class Facts:
    """What one host said."""

    info: Mapping[str, Any]
    """What dockerd says of itself, as `docker info` prints it."""
    options: Mapping[str, Any]
    """dockerd's options, those of its command line before those of daemon.json."""
    audited: frozenset[str]
    """Paths that the kernel's audit rules watch, or those of the rules' file where there is no auditctl."""
    present: frozenset[str]
    """Which of the asked paths exist."""
    mounts: frozenset[str]
    """Mount points."""
    users: tuple[str, ...]
    """Members of the group docker."""
    trusted: Collection[str] | None = None
    """Those of them that are trusted, if somebody says so."""

    @property
    def security(self) -> tuple[str, ...]:
        """What dockerd names among its security options: seccomp, userns, rootless and so on."""
        return tuple(self.info.get("SecurityOptions") or ())

    def secured_by(self, name: str) -> bool:
        """Say whether dockerd names a security option."""
        return any(option.split(",")[0] == f"name={name}" for option in self.security)


def read_facts(said: str, trusted: Collection[str] | None = None) -> Facts:
    """Read the probe's lines: a key, a blank and base64."""
    parts: dict[str, str] = {}
    for line in said.splitlines():
        key, _blank, value = line.strip().partition(" ")
        parts[key] = base64.b64decode(value).decode("utf-8", "replace") if value else ""
    if not parts.get("info", "").startswith("{"):
        reason = parts.get("refusal", "").strip() or "it said nothing"
        raise ValueError(f"dockerd does not answer: {reason}; start it, then score the host")
    configured = json.loads(parts.get("daemon") or "{}")
    group = parts.get("group", "").strip().rpartition(":")[2]
    return Facts(
        info=json.loads(parts["info"]),
        options=configured | read_flags(parts.get("flags", "").split("\0")),
        audited=frozenset(read_rules(parts.get("audit", "").splitlines())),
        present=frozenset(parts.get("present", "").splitlines()),
        mounts=frozenset(parts.get("mounts", "").splitlines()),
        users=tuple(name for name in group.split(",") if name),
        trusted=trusted,
    )


def read_flags(arguments: list[str]) -> dict[str, Any]:
    """Read dockerd's command line into the options that daemon.json would have."""
    options: dict[str, Any] = {}
    words = [argument for argument in arguments[1:] if argument]
    while words:
        name, equals, value = words.pop(0).partition("=")
        name = SHORT.get(name, name).lstrip("-")
        # dockerd has no other arguments, so a word without a dash is a flag's value.
        if not equals:
            value = words.pop(0) if words and not words[0].startswith("-") else "true"
        if name in PLURALS:
            options.setdefault(PLURALS[name], []).append(value)
        else:
            options[name] = {"true": True, "false": False}.get(value, value)
    return options


def read_rules(lines: Iterable[str]) -> list[str]:
    """Return the paths that audit rules watch."""
    paths = []
    for line in lines:
        words = line.split()
        for before, word in itertools.pairwise(words):
            if before == "-w":
                paths.append(word.rstrip("/"))
            elif before == "-F" and word.startswith(("path=", "dir=")):
                paths.append(word.partition("=")[2].rstrip("/"))
    return paths


def judge_partition(facts: Facts, _check: Mapping[str, Any]) -> Verdict:
    """The data of dockerd is on a file system of its own."""
    folder = str(facts.info.get("DockerRootDir", "/var/lib/docker"))
    if facts.secured_by("userns"):
        folder = posixpath.dirname(folder)
    return (PASS, f"{folder} is a mount point") if folder in facts.mounts else (WARN, f"{folder} is no mount point")


def judge_users(facts: Facts, _check: Mapping[str, Any]) -> Verdict:
    """Only trusted users are in the group docker."""
    if facts.trusted is None:
        return INFO, f"group docker: {', '.join(facts.users) or 'nobody'}"
    others = [user for user in facts.users if user not in facts.trusted]
    return (WARN, f"not trusted: {', '.join(others)}") if others else (PASS, "only trusted users")


def judge_audited(facts: Facts, check: Mapping[str, Any]) -> Verdict:
    """What there is of the paths is watched, itself or with a folder above it."""
    paths = [path for path in check["paths"] if path in facts.present]
    if not paths:
        return INFO, f"there is no {' or '.join(check['paths'])}"
    unwatched = [path for path in paths if not _watched(path, facts.audited)]
    return (WARN, f"not audited: {', '.join(unwatched)}") if unwatched else (PASS, f"audited: {', '.join(paths)}")


def _watched(path: str, audited: frozenset[str]) -> bool:
    spellings = {path, path.replace("/usr/lib/systemd/", "/lib/systemd/")}
    return any(spelling == watch or spelling.startswith(f"{watch}/") for spelling in spellings for watch in audited)


def judge_option(facts: Facts, check: Mapping[str, Any]) -> Verdict:
    """An option, or its default, has the wanted value."""
    name = check["option"]
    value = facts.options.get(name, check["default"])
    return (PASS if value == check["wanted"] else WARN), f"{name} is {json.dumps(value)}"


def judge_unset(facts: Facts, check: Mapping[str, Any]) -> Verdict:
    """An option has no value."""
    value = facts.options.get(check["option"])
    return (WARN, f"{check['option']} is {json.dumps(value)}") if value else (PASS, f"{check['option']} is not set")


def judge_set(facts: Facts, check: Mapping[str, Any]) -> Verdict:
    """An option has a value; what the check says applies where it has none."""
    value = facts.options.get(check["option"])
    if value:
        return PASS, f"{check['option']} is {json.dumps(value)}"
    return check.get("otherwise", WARN), f"{check['option']} is not set"


def judge_storage(facts: Facts, _check: Mapping[str, Any]) -> Verdict:
    """The storage driver is not aufs."""
    driver = facts.info.get("Driver")
    return (WARN if driver == "aufs" else PASS), f"storage driver {driver}"


def judge_base_size(facts: Facts, _check: Mapping[str, Any]) -> Verdict:
    """Device mapper's base size is the default."""
    sizes = [option for option in facts.options.get("storage-opts", []) if option.startswith("dm.basesize")]
    return (WARN, ", ".join(sizes)) if sizes else (PASS, "dm.basesize is not set")


def judge_tls(facts: Facts, _check: Mapping[str, Any]) -> Verdict:
    """Whoever comes over TCP shows a certificate."""
    addresses = [host for host in facts.options.get("hosts", []) if host.startswith("tcp://")]
    if not addresses:
        return INFO, "dockerd listens on no TCP port"
    where = " and ".join(addresses)
    return (PASS, f"{where} with tlsverify") if facts.options.get("tlsverify") else (WARN, f"{where} without tlsverify")


def judge_userns(facts: Facts, _check: Mapping[str, Any]) -> Verdict:
    """Root in a container is nobody on the host."""
    for name in ("userns", "rootless"):
        if facts.secured_by(name):
            return PASS, f"{name} is on"
    return WARN, "root in a container is root on the host"


def judge_rootless(facts: Facts, _check: Mapping[str, Any]) -> Verdict:
    """The engine itself runs without root."""
    return (PASS, "dockerd is rootless") if facts.secured_by("rootless") else (NOTE, "dockerd runs as root")


def judge_logs(facts: Facts, _check: Mapping[str, Any]) -> Verdict:
    """Logs leave the host."""
    driver = facts.info.get("LoggingDriver")
    return (PASS, f"log driver {driver}") if driver in REMOTE_LOGS else (WARN, f"log driver {driver} keeps logs here")


def judge_live_restore(facts: Facts, _check: Mapping[str, Any]) -> Verdict:
    """Containers outlive dockerd; a swarm has to do without."""
    if facts.info.get("LiveRestoreEnabled"):
        return PASS, "live-restore is on"
    swarm = facts.info.get("Swarm", {}).get("LocalNodeState") == "active"
    return (PASS, "off, as a swarm needs it") if swarm else (WARN, "live-restore is off")


def judge_seccomp(facts: Facts, _check: Mapping[str, Any]) -> Verdict:
    """The engine's own seccomp profile, or another that somebody chose."""
    profiles = [option for option in facts.security if option.startswith("name=seccomp")]
    if any(option.endswith(("profile=default", "profile=builtin")) for option in profiles):
        return PASS, "dockerd's own profile"
    return (INFO, profiles[0]) if profiles else (WARN, "seccomp is off")


def judge_version(facts: Facts, _check: Mapping[str, Any]) -> Verdict:
    """Whether a version is up to date, its distribution knows."""
    return INFO, f"dockerd {facts.info.get('ServerVersion')}"


def judge_by_hand(_facts: Facts, check: Mapping[str, Any]) -> Verdict:
    """Nobody can tell from the host alone."""
    return check.get("otherwise", NOTE), "for a person to judge"


JUDGES: dict[str, Callable[[Facts, Mapping[str, Any]], Verdict]] = {
    name.removeprefix("judge_"): judge for name, judge in list(globals().items()) if name.startswith("judge_")
}


def judge(
    said: str, checks: list[dict[str, Any]], waivers: Mapping[str, str], trusted: Collection[str] | None = None
) -> dict[str, Any]:
    """Judge a host; a waiver is the reason why a check may warn.

    The score counts as docker-bench-security's does: one more for each scored check that passes, one less for each that
    warns, waived or not.
    """
    unknown = sorted(set(waivers) - {check["id"] for check in checks})
    if unknown:
        raise ValueError(f"waiver of {', '.join(unknown)}: there is no such check; correct the ids of the waivers")
    facts = read_facts(said, trusted)
    results = [_result(facts, check, waivers) for check in checks]
    return {
        "checks": len(results),
        "score": sum(weight(result) for result in results),
        "scores": {section: sum(map(weight, of_section(results, section))) for section in ("1", "2")},
        "warnings": [result["id"] for result in results if result["result"] == WARN],
        "unwaived": [result["id"] for result in results if result["result"] == WARN and not result["waiver"]],
        "results": results,
    }


def _result(facts: Facts, check: dict[str, Any], waivers: Mapping[str, str]) -> dict[str, Any]:
    result, details = JUDGES[check["judge"]](facts, check)
    waiver = waivers.get(check["id"], "") if result == WARN else ""
    named = {name: check[name] for name in ("id", "title", "scored")}
    return named | {"result": result, "details": details, "waiver": waiver}


def weight(result: Mapping[str, Any]) -> int:
    """Return what a result adds to the score."""
    return {PASS: 1, WARN: -1}.get(result["result"], 0) if result["scored"] else 0


def of_section(results: list[dict[str, Any]], section: str) -> list[dict[str, Any]]:
    """Return the results of a section."""
    return [result for result in results if result["id"].startswith(f"{section}.")]


def table(report: Mapping[str, Any]) -> list[str]:
    """Return the report's lines for a terminal."""
    lines = []
    for result in report["results"]:
        shown = "WAIVED" if result["waiver"] else result["result"]
        lines.append(f"{result['id']:<7} {shown:<6}  {result['title']}: {result['waiver'] or result['details']}")
    sections = ", ".join(f"section {section}: {score}" for section, score in report["scores"].items())
    lines.append(f"Checks: {report['checks']}   Score: {report['score']} ({sections})")
    return lines


def compare(report: Mapping[str, Any], bench: Mapping[str, Any], checks: list[dict[str, Any]]) -> dict[str, Any]:
    """Hold a report against the JSON log of docker-bench-security, by id.

    That log calls a note INFO, and has no scored flag; a difference that the checks' data explains is no surprise.
    """
    theirs = {item["id"]: item["result"] for section in bench["tests"] for item in section["results"]}
    reasons = {check["id"]: check.get("differs", "") for check in checks}
    differences = [
        {"id": result["id"], "ours": result["result"], "theirs": their, "reason": reasons[result["id"]]}
        for result in report["results"]
        if (their := theirs.get(result["id"], "missing")) != {NOTE: INFO}.get(result["result"], result["result"])
    ]
    return {
        "score": bench["score"],
        "checks": bench["checks"],
        "warnings": [name for name, result in theirs.items() if result == WARN],
        "differences": differences,
        "unexplained": [difference["id"] for difference in differences if not difference["reason"]],
    }


def comparison_lines(bench: Mapping[str, Any]) -> list[str]:
    """Return a comparison's lines for a terminal."""
    warnings = ", ".join(bench["warnings"]) or "nothing"
    lines = [f"docker-bench-security   Checks: {bench['checks']}   Score: {bench['score']}   warns: {warnings}"]
    for item in bench["differences"]:
        reason = item["reason"] or "not explained; look at both"
        lines.append(f"{item['id']:<7} ours {item['ours']}, its {item['theirs']}: {reason}")
    return lines
