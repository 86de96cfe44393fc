# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Show what Heat is at work on while a task waits for it."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: progress
type: notification
short_description: Show what Heat is at work on while a task waits for it
version_added: 0.1.0
description:
  - While M(heatdock.hosts.docker_hosts) or M(heatdock.hosts.stack) waits for Heat, shows which stack and which of its
    resources is at work, and for how long; while M(heatdock.hosts.image) waits for Glance, the image.
  - On a terminal this is a table that goes away when the task ends; elsewhere, for example in the log of a pipeline,
    it is one line a minute.
  - With O(events) it is a line for each change of a resource, on a terminal, too.
  - Written to standard error, so that what other callbacks print stays as it is.
author:
  - Heatdock contributors (@heatdock)
requirements:
  - enabling in the configuration, as C(callbacks_enabled = heatdock.hosts.progress)
  - rich, for the table
options:
  interval:
    description: Seconds between two lines where standard error is no terminal; V(0) shows nothing there.
    type: int
    default: 60
    ini:
      - section: callback_heatdock_progress
        key: interval
    env:
      - name: HEATDOCK_PROGRESS_INTERVAL
  events:
    description: Whether each change of a resource is shown as a line of its own, with the time since the run began.
    type: bool
    default: false
    ini:
      - section: callback_heatdock_progress
        key: events
    env:
      - name: HEATDOCK_PROGRESS_EVENTS
"""

EXAMPLES = r"""
# In ansible.cfg:
#
#   [defaults]
#   callbacks_enabled = heatdock.hosts.progress
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible.plugins.callback import CallbackBase
from ansible_collections.heatdock.hosts.plugins.module_utils import _progress_view
from ansible_collections.heatdock.hosts.plugins.module_utils._progress import VARIABLE

if TYPE_CHECKING:
    from ansible.playbook.task import Task

ACTIONS = ("heatdock.hosts.docker_hosts", "heatdock.hosts.image", "heatdock.hosts.stack")


class CallbackModule(CallbackBase):
    """Names the file that modules note their progress in, and has a process of its own show it.

    A process, because a thread in Ansible's own could hold a lock while Ansible forks.
    """

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "heatdock.hosts.progress"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        """Have nothing to show yet."""
        super().__init__()
        self._began = time.monotonic()
        self._notes: Path | None = None
        self._view: subprocess.Popen[bytes] | None = None

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:  # noqa: ARG002 - Ansible's own
        """Show the progress of a task that waits for Heat."""
        self._end()
        if task.resolved_action in ACTIONS:
            self._begin()

    def v2_runner_on_ok(self, *_ignored: Any, **_options: Any) -> None:
        """Stop with the task."""
        self._end()

    v2_runner_on_failed = v2_runner_on_unreachable = v2_runner_on_skipped = v2_runner_on_ok
    v2_playbook_on_stats = v2_runner_on_ok

    def _begin(self) -> None:
        interval, events = self.get_option("interval"), self.get_option("events")
        if not (interval or events or sys.stderr.isatty()):
            return
        handle, path = tempfile.mkstemp(prefix="heatdock-progress-")
        os.close(handle)
        self._notes = Path(path)
        os.environ[VARIABLE] = path
        # Ansible keeps its own descriptors from being inherited
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": sys.stderr}
        options = [str(interval), *([str(self._began)] if events else [])]
        self._view = subprocess.Popen([sys.executable, _progress_view.__file__, path, *options], **streams)

    def _end(self) -> None:
        if self._view is not None:
            self._view.terminate()
            self._view.wait()
            self._view = None
        if self._notes is not None:
            del os.environ[VARIABLE]
            with contextlib.suppress(FileNotFoundError):
                self._notes.unlink()
            self._notes = None
