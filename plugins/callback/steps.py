# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Print a line for each step that took time or changed something, and one sentence for what failed."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: steps
type: stdout
short_description: Print the steps with their times, and one sentence for what failed
version_added: 0.1.0
description:
  - For people who run a playbook as one command, as C(docker hosts) does; what Ansible usually prints is for those who
    look for a task.
  - A line says since when it runs, and what was done; steps that took no time and changed nothing have none.
  - What failed is told on standard error, in the words of the task that failed, once for each host.
author:
  - Heatdock contributors (@heatdock)
requirements:
  - set as stdout in configuration, as C(stdout_callback = heatdock.hosts.steps)
options:
  slow:
    description: Seconds from which on a step that changed nothing is told, too.
    type: float
    default: 1.0
    ini:
      - section: callback_heatdock_steps
        key: slow
    env:
      - name: HEATDOCK_STEPS_SLOW
"""

EXAMPLES = r"""
# ANSIBLE_STDOUT_CALLBACK=heatdock.hosts.steps ansible-playbook site.yml
"""

import sys
import time
from typing import TYPE_CHECKING, Any

from ansible.plugins.callback import CallbackBase

if TYPE_CHECKING:
    from ansible.executor.task_result import CallbackTaskResult
    from ansible.playbook.task import Task

NOTHING_TO_SAY = ("ansible.builtin.debug", "ansible.builtin.assert", "ansible.builtin.set_fact")
"""Actions that do nothing themselves."""


class CallbackModule(CallbackBase):
    """Follows the tasks, one at a time."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "heatdock.hosts.steps"

    def __init__(self) -> None:
        """Start the clock."""
        super().__init__()
        self._began = time.monotonic()
        self._step, self._step_began, self._changed, self._tells = "", self._began, False, False
        self._told: set[tuple[str, str]] = set()

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:  # noqa: ARG002 - Ansible's own
        """Note what is begun; tell of what ended."""
        self._end()
        self._step, self._step_began, self._changed = task.get_name().rpartition(" : ")[2], time.monotonic(), False
        self._tells = task.resolved_action not in NOTHING_TO_SAY

    v2_playbook_on_handler_task_start = v2_playbook_on_cleanup_task_start = v2_playbook_on_task_start

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """Note what changed; tell what the task has to say."""
        self._changed = self._changed or result.is_changed()
        for warning in result.result.get("warnings") or ():
            self._complain("warning", str(warning))
        message = result.result.get("msg")
        if result.task.resolved_action == "ansible.builtin.debug" and message:
            for line in message if isinstance(message, list) else [message]:
                self._print(f"  {result.host.get_name()}: {line}")

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        """Tell what failed."""
        if not ignore_errors:
            self._complain("error", self._reason(result))

    v2_runner_on_unreachable = v2_runner_on_failed

    def v2_playbook_on_stats(self, stats: Any) -> None:  # noqa: ARG002
        """Tell of the last step."""
        self._end()

    def _end(self) -> None:
        spent = time.monotonic() - self._step_began
        if self._step and self._tells and (self._changed or spent >= self.get_option("slow")):
            self._print(f"{self._clock()}  {self._step} ({spent:.1f} s)")
        self._step = ""

    def _clock(self) -> str:
        seconds = int(time.monotonic() - self._began)
        return f"{seconds // 60}:{seconds % 60:02d}"

    @staticmethod
    def _reason(result: CallbackTaskResult) -> str:
        """Return the sentence of a task that failed, with the host's name in front, once."""
        returned = result.result
        said = returned.get("msg") or returned.get("stderr") or returned.get("reason") or "no reason given"
        text = " ".join(" ".join(map(str, said)).split() if isinstance(said, list) else str(said).split())
        name = f"host {result.host.get_name()}: "
        return text if text.startswith("host ") else name + text

    def _complain(self, kind: str, text: str) -> None:
        if (kind, text) not in self._told:
            self._told.add((kind, text))
            sys.stderr.write(f"{kind}: {text}\n")
            sys.stderr.flush()

    @staticmethod
    def _print(text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
