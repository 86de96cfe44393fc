# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scale lab's own API logs say was asked from outside on behalf of one project: no word of ours."""

from __future__ import annotations

import json
import re
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from tests.scale.cloud import ROOT

if TYPE_CHECKING:
    from types import TracebackType

CONTAINER = str(ROOT / ".lab/scale/containers/heatdock-scale/container")
OUTSIDE = "10.90.0.1"
"""Where the lab sees the controller's requests come from; its services ask one another from its own address."""

APIS = ("heat-all", "nova-api", "neutron-server", "glance-api", "cinder-api", "keystone")
REQUEST = re.compile(rf'(?<![\d.]){re.escape(OUTSIDE)} .*?"?\b(GET|HEAD|POST|PUT|PATCH|DELETE) (/[^\s"]*)')
READS = ("GET", "HEAD")
FLUSH_SECONDS = 0.5

READS_BY_NATURE = re.compile(
    r"POST /v3/auth/tokens$"  # Keystone: the login
    r"|POST /v1/[^/]+/validate$"  # Heat judges a template, nothing is stored
    r"|POST /v1/[^/]+/stacks/preview$"  # Heat judges a creation, nothing is stored
    r"|PUT /v1/[^/]+/stacks/[^/]+/[^/]+/preview$"  # Heat judges an update, nothing is stored
)


@dataclass(frozen=True)
class Request:
    """One request as a service logged it."""

    service: str
    method: str
    path: str

    @property
    def writes(self) -> bool:
        """Tell whether it may have changed something."""
        asked = f"{self.method} {self.path.partition('?')[0]}"
        return self.method not in READS and not READS_BY_NATURE.search(asked)


class ApiLog:
    """The requests for one project and its user while this is entered."""

    def __init__(self, cloud: Any) -> None:
        """Take a session of the project's user; Keystone's log names neither, but its paths name the user."""
        self._marks = (cloud.current_project_id, cloud.current_user_id, "/OS-TRUST/")
        self.requests: list[Request] = []

    def __enter__(self) -> Self:
        """Begin to listen."""
        shown = _journal("-n", "0", "--show-cursor")
        self._cursor = shown.rpartition("-- cursor: ")[2].strip()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Read what was logged."""
        time.sleep(FLUSH_SECONDS)
        lines = _journal("--after-cursor", self._cursor, "-o", "json", "--output-fields=SYSLOG_IDENTIFIER,MESSAGE")
        self.requests = [request for line in lines.splitlines() if (request := self._request(json.loads(line)))]

    @property
    def writes(self) -> list[Request]:
        """Return the requests that may have changed something."""
        return [request for request in self.requests if request.writes]

    def _request(self, entry: dict[str, Any]) -> Request | None:
        text = str(entry.get("MESSAGE"))
        service = entry.get("SYSLOG_IDENTIFIER")
        if service not in APIS or not any(mark in text for mark in self._marks):
            return None
        found = REQUEST.search(text)
        return Request(service, found[1], found[2]) if found else None


def _journal(*arguments: str) -> str:
    command = [CONTAINER, "exec", "journalctl", "--no-pager", "--quiet", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
