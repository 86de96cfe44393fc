# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One controller with its project and its proxy: it goes through the lives of hosts, and each run is judged."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from tests.faults import controller
from tests.faults.checks import blind_repeats, unclear
from tests.faults.matrix import OPERATIONS, WAIT, Case, Kill, Outage
from tests.faults.proxy import Call, Fault, Proxy
from tests.scale.cloud import HOST, ROOT, TEMPLATE
from tests.scale.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

    from tests.scale.modules import Result

API_TIMEOUT = 15
"""Seconds after which a controller that is disturbed takes silence for no answer; others are patient as usual."""

PUT_OFF = 429
"""The status that says for certain that nothing was done, so that asking again is no blind repeat."""

RUN_TIMEOUT = 300

FALSE_SUCCESS, LEFTOVER, UNCLEAR, NOT_CONVERGED, REPEATED, LOST = (
    "false success",
    "left over",
    "unclear error",
    "not converged",
    "blind repeat",
    "not survived",
)
KINDS = (FALSE_SUCCESS, LEFTOVER, UNCLEAR, NOT_CONVERGED, REPEATED, LOST)

Problem = tuple[str, str]


@dataclass
class Verdict:
    """What one run did, and what is wrong with it."""

    operation: str
    disturbance: str
    what: str
    seconds: float
    message: str = ""
    hit: bool = True
    problems: list[Problem] = field(default_factory=list)


class Lane:
    """A controller; entered to make its project."""

    def __init__(self, name: str, folder: Path) -> None:
        """Take a name for the project, and a folder for its settings."""
        self.name = name
        self._folder = folder
        self._output = folder / f"{name}.out"
        self._project = Project(name, folder)
        self._proxy = Proxy()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Make the project, start the proxy."""
        with ExitStack() as stack:
            stack.enter_context(self._project)
            stack.enter_context(self._proxy)
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        """Remove all of it."""
        self._open.close()

    def record(self) -> Iterator[tuple[str, list[Call], float]]:
        """Go through a host's life undisturbed: the calls of each operation, and its seconds."""
        for operation in OPERATIONS:
            self._proxy.begin()
            started = time.monotonic()
            result = self._run(f"{self.name}-rec", operation)
            seconds = time.monotonic() - started
            assert not result.failed, f"the undisturbed {operation} failed: {result.message or result.stderr}"
            yield operation, list(self._proxy.calls), seconds

    def live(self, number: int, cases: dict[str, Case]) -> Iterator[Verdict]:
        """Go through a host's life with one fault an operation."""
        for operation in OPERATIONS:
            case = cases.get(operation)
            if case is None and operation in ("update", "replace"):
                continue
            disturb = _once(case) if case else None
            verdict = self._operate(f"{self.name}-{number}", operation, case.fault.name if case else "none", disturb)
            if case:
                verdict.what, verdict.hit = str(case), bool(self._hits)
            yield verdict

    def outlast(self, number: int, outage: Outage) -> Iterator[Verdict]:
        """Create a host while a service is away, and delete it."""
        name = f"{self.name}-out{number}"
        verdict = self._operate(name, "create", "outage", _Outage(outage))
        verdict.what, verdict.hit = f"create: {outage.name}", bool(self._hits)
        if verdict.hit and bool(verdict.message) == outage.survived:
            verdict.problems.append((LOST, verdict.message or "it did not fail"))
        self._require(name, "delete", verdict.problems)
        yield verdict

    def die(self, number: int, kills: dict[str, Kill]) -> Iterator[Verdict]:
        """Go through a host's life, the controller of each operation killed at a moment."""
        name = f"{self.name}-kill{number}"
        self._proxy.begin()
        for operation in OPERATIONS:
            verdict = Verdict(operation, "none", "", 0)
            if kill := kills.get(operation):
                alive = (self._kill_ansible if kill.parent else self._kill)(name, operation, kill.moment)
                verdict = Verdict(operation, "kill", str(kill), kill.moment, hit=alive)
                verdict.problems += [(LEFTOVER, text) for text in self._project.settled().leftovers()]
            self._require(name, operation, verdict.problems)
            yield verdict

    def _kill(self, name: str, operation: str, moment: float) -> bool:
        """Kill a module at a moment; tell whether it was still at work."""
        process = self._start(name, operation)
        time.sleep(moment)
        process.kill()
        process.join()
        return process.exitcode == -signal.SIGKILL

    def _kill_ansible(self, name: str, operation: str, moment: float) -> bool:
        """Kill Ansible with all its processes at a moment; tell whether it was still at work."""
        process = self._start_ansible(name, operation)
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait() == -signal.SIGKILL

    def _operate(
        self, name: str, operation: str, disturbance: str, disturb: Callable[[Call, int], Fault | None] | None
    ) -> Verdict:
        """Run once disturbed, judge, and run again if that failed."""
        self._proxy.begin(disturb)
        started = time.monotonic()
        result = self._run(name, operation, api_timeout=API_TIMEOUT)
        verdict = Verdict(operation, disturbance, "", time.monotonic() - started)
        calls, self._hits = list(self._proxy.calls), list(self._proxy.hits)
        self._proxy.begin()
        for call, fault in self._hits:
            if fault.status == PUT_OFF:
                calls.remove(call)
        if repeats := blind_repeats(calls):
            verdict.problems.append((REPEATED, f"{repeats} creations were asked for again blindly"))
        if not result.failed and result.returned:
            verdict.problems += self._wrong(name, operation, FALSE_SUCCESS)
            return verdict
        verdict.message = result.message or "the module returned nothing"
        verdict.problems += [(UNCLEAR, text) for text in unclear(verdict.message, result.stderr)]
        verdict.problems += [(LEFTOVER, text) for text in self._project.settled().leftovers()]
        self._require(name, operation, verdict.problems)
        return verdict

    def _require(self, name: str, operation: str, problems: list[Problem]) -> None:
        """Run undisturbed, and note what that should have brought about and did not."""
        result = self._run(name, operation)
        if result.failed or not result.returned:
            problems.append((NOT_CONVERGED, result.message or result.stderr))
        problems += self._wrong(name, operation, NOT_CONVERGED)

    def _wrong(self, name: str, operation: str, kind: str) -> list[Problem]:
        """Compare what exists with what is declared."""
        declared, existing = OPERATIONS[operation], self._project.settled()
        differences = existing.differences(replace(declared, name=name) if declared else None)
        return [*((kind, text) for text in differences), *((LEFTOVER, text) for text in existing.leftovers())]

    def _arguments(self, name: str, operation: str) -> dict[str, Any]:
        declared = OPERATIONS[operation]
        common = {**self._project.access, "timeout": RUN_TIMEOUT}
        if declared is None:
            return {**common, "state": "absent", "hosts": [{"name": name}]}
        host = {**HOST, "name": name, "management_cidrs": list(declared.cidrs), "key_name": declared.key_name}
        return {**common, "template": TEMPLATE, "hosts": [host]}

    def _start(self, name: str, operation: str, **options: Any) -> ForkServerProcess:
        arguments = {**self._arguments(name, operation), **options}
        return controller.start(arguments, self._proxy.environment, self._output)

    def _run(self, name: str, operation: str, **options: Any) -> Result:
        return controller.result(self._start(name, operation, **options), self._output)

    def _start_ansible(self, name: str, operation: str) -> subprocess.Popen[str]:
        """Start a playbook with the module as its only task, in a process group of its own."""
        task = {"name": "Work", "heatdock.hosts.docker_hosts": self._arguments(name, operation)}
        play = {"name": "One", "hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}
        path = self._folder / f"{name}.yml"
        path.touch(mode=0o600)
        path.write_text(json.dumps([play]), encoding="utf-8")
        environment = {**os.environ, **self._proxy.environment, "ANSIBLE_LOCALHOST_WARNING": "false"}
        program = [str(ROOT / ".venv/bin/ansible-playbook"), "-i", "localhost,", str(path)]
        python = ["-e", f"ansible_python_interpreter={sys.executable}"]
        return subprocess.Popen(
            [*program, *python],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )


def _once(case: Case) -> Callable[[Call, int], Fault | None]:
    """Spoil the one call of a case."""
    return lambda call, nth: case.fault if (call, nth) == (case.call, case.nth) else None


class _Outage:
    """Spoils every call to some services for a time, which begins with the second look at what is waited for."""

    def __init__(self, outage: Outage) -> None:
        self._outage = outage
        self._until = time.monotonic() + outage.lasts if not outage.survived else 0.0

    def __call__(self, call: Call, nth: int) -> Fault | None:
        """Tell what is to happen to a call."""
        if not self._until and call.path.endswith(WAIT) and nth > 2:
            self._until = time.monotonic() + self._outage.lasts
            if "Keystone" in self._outage.services:
                return Fault("revoked token", revoked=True)
        away = time.monotonic() < self._until and call.service in self._outage.services
        return self._outage.fault if away else None
