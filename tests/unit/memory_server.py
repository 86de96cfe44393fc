# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Heat of a cloud in memory, over HTTP on the loopback, for what runs as a program of its own."""

from __future__ import annotations

import contextlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, NotFoundError
from loopback import JsonReplies, listening
from memory_cloud import MemoryCloud

if TYPE_CHECKING:
    from collections.abc import Iterator


class Server(ThreadingHTTPServer):
    """Heat alone; nobody has to log in."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.cloud = MemoryCloud()

    def entry(self) -> dict[str, Any]:
        """Describe it as clouds.yaml does."""
        url = f"http://127.0.0.1:{self.server_port}"
        return {"auth_type": "none", "auth": {"endpoint": url}, "orchestration_endpoint_override": url}


class Handler(JsonReplies, BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_GET(self) -> None:
        """Answer a read."""
        asked = urlsplit(self.path)
        try:
            body = self.server.cloud.call("orchestration", "GET", unquote(asked.path), query=parse_qsl(asked.query))
            self.reply(200, body)
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
