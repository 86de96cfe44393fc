# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Heat and Nova of a cloud in memory, over HTTP on the loopback, for what runs as a program of its own."""

from __future__ import annotations

import contextlib
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, NotFoundError
from loopback import JsonReplies, listening
from memory_cloud import MemoryCloud

if TYPE_CHECKING:
    from collections.abc import Iterator


NOVA = "/v2.1"
"""The path of Nova's endpoint, at which it says which version it is."""


class Server(ThreadingHTTPServer):
    """Reads of Heat, and actions on Nova's servers; nobody has to log in."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.cloud = MemoryCloud()
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.nova = f"{self.url}{NOVA}"

    def entry(self) -> dict[str, Any]:
        """Describe it as clouds.yaml does."""
        services = {"orchestration_endpoint_override": self.url, "compute_endpoint_override": self.nova}
        return {"auth_type": "none", "auth": {"endpoint": self.url}, **services}


class Handler(JsonReplies, BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_GET(self) -> None:
        """Answer a read."""
        asked = urlsplit(self.path)
        if asked.path.startswith(NOVA):
            version = {"id": NOVA[1:], "status": "CURRENT", "version": "2.90", "min_version": "2.1"}
            self.reply(200, {"version": {**version, "links": [{"rel": "self", "href": self.server.nova}]}})
            return
        self._answer("orchestration", "GET", asked.path, query=parse_qsl(asked.query))

    def do_POST(self) -> None:
        """Answer an action on a server."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer("compute", "POST", self.path.removeprefix(NOVA), body=body)

    def _answer(self, service: str, method: str, path: str, **more: Any) -> None:
        try:
            self.reply(200, self.server.cloud.call(service, method, unquote(path), **more))
        except NotFoundError as error:
            self.reply(404, {"error": {"message": str(error)}})
        except HeatdockError as error:
            self.reply(403, {"error": {"message": str(error)}})


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """Serve a cloud without stacks."""
    running = Server()
    with listening(running):
        yield running
