# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A forward proxy between a controller and the APIs of a cloud: it notes each call and spoils some on purpose.

The controller finds it by `http_proxy`, so neither its settings nor the cloud's catalogue know of it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import threading
import time
import urllib.parse
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SERVICES = {5000: "Keystone", 8004: "Heat", 8774: "Nova", 8776: "Cinder", 9292: "Glance", 9696: "Neutron"}
"""The APIs by their ports."""

ONLY_JUDGED = ("/preview", "/validate")
LONGEST_SILENCE = 60.0
UPSTREAM_TIMEOUT = 180.0
HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length"}
_ID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b[0-9a-f]{32}\b")
_ITEM = re.compile(r"(?<=/stacks/)[^/]+(?=/ID)")


@dataclass(frozen=True)
class Fault:
    """What happens to a call: a status instead of an answer, a cut connection, silence, or a token that ends.

    With `lost` the call reaches the API first, and only its answer is lost.
    """

    name: str
    status: int = 0
    cut: bool = False
    silent: bool = False
    lost: bool = False
    revoked: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)

    def fits(self, call: Call) -> bool:
        """Tell whether it can be done to a call: a token ends only where one is sent."""
        return not (self.revoked and call.service == "Keystone")


@dataclass(frozen=True)
class Call:
    """One call, without what differs from run to run."""

    service: str
    method: str
    path: str

    @property
    def writes(self) -> bool:
        """Tell whether it may change something; asking Keystone for a token does not, nor Heat for a judgement."""
        return self.method != "GET" and self.service != "Keystone" and not self.path.endswith(ONLY_JUDGED)

    def __str__(self) -> str:
        """Show it in a table."""
        return f"{self.method} {self.service} {self.path}"


def call_of(method: str, url: str) -> Call:
    """Return the call that a request is, IDs and values of the query taken out."""
    parts = urllib.parse.urlsplit(url)
    path = _ITEM.sub("NAME", _ID.sub("ID", parts.path))
    keys = sorted({key for key, _value in urllib.parse.parse_qsl(parts.query)} - {"limit", "marker"})
    service = SERVICES.get(parts.port or 80, str(parts.port))
    return Call(service, method, path + (f"?{'&'.join(keys)}" if keys else ""))


class Proxy(ThreadingHTTPServer):
    """One controller's way to the cloud."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        """Listen on the loopback; nothing is spoilt until told so."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._lock = threading.Lock()
        self.begin()

    def __enter__(self) -> Self:
        """Serve."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop; calls that are kept in silence end with the process."""
        self.shutdown()
        self.server_close()
        self._thread.join()

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that send a controller this way."""
        return {"http_proxy": f"http://127.0.0.1:{self.server_port}", "no_proxy": ""}

    def begin(self, fault: Callable[[Call, int], Fault | None] | None = None) -> None:
        """Forget the calls so far; ask `fault` about each further one, with how many of the kind there were."""
        with self._lock:
            self.calls: list[Call] = []
            self.hits: list[tuple[Call, Fault]] = []
            self._seen: Counter[Call] = Counter()
            self._fault = fault

    def spoiled(self, call: Call) -> Fault | None:
        """Note a call, and tell what is to happen to it."""
        with self._lock:
            self.calls.append(call)
            self._seen[call] += 1
            fault = self._fault(call, self._seen[call]) if self._fault else None
            if fault:
                self.hits.append((call, fault))
        return fault

    def answer(self, method: str, url: str, headers: Any, body: bytes) -> Answer:
        """Return what a call is answered that is not spoilt."""
        return forwarded(method, url, headers, body)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep silent about controllers that went away, which is what some of them are made to do."""


@dataclass
class Answer:
    """What an API answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class _Handler(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def log_message(self, *_arguments: Any) -> None:
        """Keep silent."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.spoiled(call_of(self.command, self.path))
        if fault is None:
            self._reply(self.server.answer(self.command, self.path, self.headers, body))
        else:
            self._spoil(fault, body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server's names

    def _spoil(self, fault: Fault, body: bytes) -> None:
        if fault.revoked:
            _revoke(self.path, self.headers)
        if fault.lost or fault.revoked:
            answer = forwarded(self.command, self.path, self.headers, body)
        if fault.revoked:
            self._reply(answer)
        elif fault.status:
            self._reply(_refusal(fault))
        else:
            self._leave(fault)

    def _leave(self, fault: Fault) -> None:
        """End the connection without a word, at once or once the controller has given up."""
        if fault.silent:
            self.connection.settimeout(LONGEST_SILENCE)
            with contextlib.suppress(OSError):
                self.connection.recv(1)
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _reply(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


def forwarded(method: str, url: str, headers: Any, body: bytes) -> Answer:
    """Ask the API itself."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=UPSTREAM_TIMEOUT)
    try:
        sent = {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP}
        path = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request(method, path, body or None, {**sent, "Connection": "close"})
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


def _refusal(fault: Fault) -> Answer:
    """Answer as the services do."""
    message = "Injected on purpose."
    error = {"code": fault.status, "title": message, "explanation": message, "error": {"message": message}}
    headers = {"Content-Type": "application/json", **fault.headers}
    return Answer(fault.status, list(headers.items()), json.dumps(error).encode())


def _revoke(url: str, headers: Any) -> None:
    """End the token of a call, as an operator or its age would; services believe their cache for a moment."""
    token = headers.get("X-Auth-Token")
    if not token:
        return
    host = urllib.parse.urlsplit(url).hostname
    keystone = next(port for port, name in SERVICES.items() if name == "Keystone")
    path = f"http://{host}:{keystone}/v3/auth/tokens"
    forwarded("DELETE", path, {"X-Auth-Token": token, "X-Subject-Token": token}, b"")
    time.sleep(0.1)
