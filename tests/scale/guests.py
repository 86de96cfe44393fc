# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guests that Nova's fake driver does not boot: they read their first-boot data and report to Heat, no more.

A fake, since a fleet of real guests does not fit on this machine. What is real: the server, its user data, the
token in it, and the request that Heat gets; tests/lab has the guests that really boot.
"""

from __future__ import annotations

import base64
import contextlib
import re
import threading
from typing import TYPE_CHECKING, Any, Self

import requests
from keystoneauth1.exceptions import ClientException

if TYPE_CHECKING:
    from types import TracebackType

PAUSE = 0.5
MICROVERSION = "2.3"
"""The first of Nova's API that shows an administrator the user data."""

URL = re.compile(r'^\s*url = "(.+)"$', re.MULTILINE)
TOKEN = re.compile(r'^\s*header = "X-Auth-Token: (.+)"$', re.MULTILINE)
REPORT: dict[str, Any] = {
    "status": "SUCCESS",
    "reason": "fake guest",
    "data": {
        "ssh_host_keys": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFake"],
        "docker_ca_fingerprint": "SHA256:00",
        "engine_version": "26.1.5",
    },
}


class Guests:
    """Report for every server that becomes active while this is entered, in all projects of the cloud."""

    def __init__(self, admin: Any) -> None:
        """Take a session of the cloud's administrator."""
        self._nova = admin.compute
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="guests", daemon=True)
        self._booted: set[str] = set()

    def start(self) -> Self:
        """Start to boot what becomes active."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop; servers that became active meanwhile stay silent."""
        self._stopped.set()
        self._thread.join()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _run(self) -> None:
        while not self._stopped.wait(PAUSE):
            with contextlib.suppress(ClientException, requests.RequestException):  # guests outlive a service's restart
                self._boot_new()

    def _boot_new(self) -> None:
        query = "/servers?all_tenants=true&status=ACTIVE&limit=1000"
        listed = {server["id"] for server in self._nova.get(query).json().get("servers", [])}
        for server_id in sorted(listed - self._booted):
            self._boot(server_id)
            self._booted.add(server_id)

    def _boot(self, server_id: str) -> None:
        answer = self._nova.get(f"/servers/{server_id}", microversion=MICROVERSION)
        encoded = answer.json()["server"].get("OS-EXT-SRV-ATTR:user_data") if answer.ok else None
        text = base64.b64decode(encoded or "").decode(errors="replace")
        url, token = URL.search(text), TOKEN.search(text)
        if url and token:
            headers = {"X-Auth-Token": token[1], "Accept": "application/json"}
            requests.post(url[1], json=REPORT, headers=headers, timeout=60)
