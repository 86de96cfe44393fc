# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client against real HTTP: a server on the loopback that answers as Keystone and Heat do, when told so."""

from __future__ import annotations

import contextlib
import json
import socketserver
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils import _client
from ansible_collections.heatdock.hosts.plugins.module_utils._client import Client, CloudOptions
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    ConflictError,
    ForbiddenError,
    HeatdockError,
    NoAnswerError,
    NotFoundError,
)
from loopback import JsonReplies, listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Server(ThreadingHTTPServer):
    """Keystone with one endpoint for everything; `answers` are what it says next, then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, Any]] = []
        self.requests: list[str] = []
        self.authorizations: list[str | None] = []
        self.headers: dict[str, str] = {}
        self.identity_answers: list[int] = []
        self.catalog: list[tuple[str, str]] = []
        self.heat = f"{self.url}/heat/v1/p"

    @property
    def url(self) -> str:
        """Say where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class Handler(JsonReplies, BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_GET(self) -> None:
        """Answer a read."""
        self.answer()

    def do_POST(self) -> None:
        """Answer a write."""
        self.answer()

    def do_PUT(self) -> None:
        """Answer a change."""
        self.answer()

    def answer(self) -> None:
        """Say the next answer; status 0 is none at all."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/identity"):
            return self.identity()
        self.server.requests.append(f"{self.command} {self.path}")
        self.server.authorizations.append(self.headers.get("Authorization"))
        status, body = self.server.answers.pop(0) if self.server.answers else (200, {"stacks": []})
        return self.cut() if status == 0 else self.reply(status, body, self.server.headers)

    def cut(self) -> None:
        """Say nothing."""
        self.close_connection = True
        self.connection.close()

    def identity(self) -> None:
        """Answer as Keystone, unless it is to say something else."""
        if self.command == "POST" and self.server.identity_answers:
            status = self.server.identity_answers.pop(0)
            return self.cut() if status == 0 else self.reply(status, {"error": {"message": "no"}})
        if self.command == "GET":
            version = {
                "id": "v3.14",
                "status": "stable",
                "links": [{"rel": "self", "href": f"{self.server.url}/identity/v3"}],
            }
            return self.reply(200, {"version": version})
        catalog = [("orchestration", self.server.heat), *self.server.catalog]
        token = {
            "expires_at": "2099-01-01T00:00:00.000000Z",
            "issued_at": "2026-01-01T00:00:00.000000Z",
            "methods": ["password"],
            "user": {"id": "u", "name": "demo", "domain": {"id": "default", "name": "Default"}},
            "project": {"id": "p", "name": "demo", "domain": {"id": "default", "name": "Default"}},
            "catalog": [
                {"type": kind, "endpoints": [{"interface": "public", "region": "R", "region_id": "R", "url": url}]}
                for kind, url in catalog
            ],
        }
        return self.reply(201, {"token": token}, {"X-Subject-Token": "t"})


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    with listening(running):
        yield running


@pytest.fixture
def client(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(_client, "PAUSES", (0.01,) * 3)
    clouds = tmp_path / "clouds.yaml"
    auth = f"{{auth_url: {server.url}/identity/v3, username: demo, password: p, project_name: demo, "
    clouds.write_text(
        f"clouds: {{here: {{region_name: R, auth: {auth}user_domain_name: Default, project_domain_name: Default}}}}}}\n"
    )
    return Client(CloudOptions("here", [str(clouds)]))


def heat_error(status: int, message: str) -> tuple[int, dict[str, Any]]:
    return status, {"code": status, "title": "x", "error": {"message": message, "type": "x"}, "explanation": "x"}


def test_nothing_is_sent_of_what_a_netrc_has_for_the_host(
    server: Server, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    client.call("orchestration", "GET", "/stacks")
    assert server.authorizations == [None]


@pytest.mark.parametrize("failure", [500, 502, 503, 504, 429, 0])
def test_a_read_is_tried_again(server: Server, client: Client, failure: int) -> None:
    server.answers = [(failure, {}), (failure, {}), (200, {"stacks": [1]})]
    assert client.call("orchestration", "GET", "/stacks") == {"stacks": [1]}
    assert server.requests == ["GET /heat/v1/p/stacks"] * 3


def test_a_read_is_not_tried_for_ever(server: Server, client: Client) -> None:
    server.answers = [(503, {})] * 9
    with pytest.raises(NoAnswerError, match="Heat answered an error"):
        client.call("orchestration", "GET", "/stacks")
    assert len(server.requests) == 4


@pytest.mark.parametrize("failure", [503, 504, 0])
def test_a_write_is_sent_once_and_may_have_been_carried_out(server: Server, client: Client, failure: int) -> None:
    server.answers = [(failure, {})]
    with pytest.raises(NoAnswerError):
        client.call("orchestration", "POST", "/stacks", body={})
    assert server.requests == ["POST /heat/v1/p/stacks"]


def test_a_write_that_was_put_off_is_sent_again(server: Server, client: Client) -> None:
    server.answers = [(429, {}), (200, {"stack": {}})]
    assert client.call("orchestration", "POST", "/stacks", body={}) == {"stack": {}}
    assert server.requests == ["POST /heat/v1/p/stacks"] * 2


def test_a_service_s_wish_for_a_pause_is_followed_within_bounds(
    server: Server, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_client, "LONGEST_PAUSE", 0.2)
    server.headers = {"Retry-After": "86400"}
    server.answers = [(429, {}), (200, {"stacks": []})]
    started = time.monotonic()
    client.call("orchestration", "GET", "/stacks")
    assert 0.2 <= time.monotonic() - started < 2


def test_no_attempt_begins_when_patience_has_ended(
    server: Server, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_client, "PATIENCE", -1)
    server.answers = [(503, {})]
    with pytest.raises(NoAnswerError):
        client.call("orchestration", "GET", "/stacks")
    assert len(server.requests) == 1


def test_silence_is_bounded_and_told_plainly(server: Server, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.call("orchestration", "GET", "/stacks")
    monkeypatch.setattr(client._session, "timeout", 0.1)
    monkeypatch.setattr(Handler, "answer", lambda _self: time.sleep(0.5))
    with pytest.raises(NoAnswerError) as caught:
        client.call("orchestration", "GET", "/stacks")
    assert str(caught.value) == (
        f'cloud "here": the endpoint {server.url} did not answer in time; '
        "check the address and the network, or try again"
    )


@pytest.mark.parametrize("failure", [500, 503, 0])
def test_keystone_is_asked_again_even_for_a_write(server: Server, client: Client, failure: int) -> None:
    server.identity_answers = [failure] * 3
    client.call("orchestration", "POST", "/stacks", body={})
    assert server.requests == ["POST /heat/v1/p/stacks"]


def test_an_error_of_keystone_s_is_not_blamed_on_heat(server: Server, client: Client) -> None:
    server.identity_answers = [500] * 20
    with pytest.raises(NoAnswerError, match=r'cloud "here": Keystone answered an error'):
        client.call("orchestration", "GET", "/stacks")


def test_a_token_that_ended_is_renewed(server: Server, client: Client) -> None:
    server.answers = [(401, {}), (200, {"stacks": [1]})]
    assert client.call("orchestration", "GET", "/stacks") == {"stacks": [1]}


@pytest.mark.parametrize("failure", [503, 0])
def test_a_write_whose_token_ended_waits_for_keystone(server: Server, client: Client, failure: int) -> None:
    client.call("orchestration", "GET", "/stacks")
    server.answers = [(401, {}), (200, {"stack": {}})]
    server.identity_answers = [failure] * 2
    assert client.call("orchestration", "POST", "/stacks", body={}) == {"stack": {}}


def test_a_cut_connection_is_told_plainly(server: Server, client: Client) -> None:
    server.answers = [(0, {})]
    with pytest.raises(NoAnswerError) as caught:
        client.call("orchestration", "POST", "/stacks", body={})
    assert str(caught.value) == (
        f'cloud "here": the endpoint {server.url} cut the connection; check the address and the network, or try again'
    )


class Cutter(socketserver.StreamRequestHandler):
    """A load balancer that lost what is behind it: it ends each connection as soon as TLS begins."""

    connections = 0

    def handle(self) -> None:
        """Take the first bytes, and count."""
        type(self).connections += 1
        with contextlib.suppress(ConnectionResetError):
            self.request.recv(1)


def test_a_cut_tls_connection_is_tried_again_by_a_read_and_leaves_a_write_in_doubt(
    server: Server, client: Client
) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Cutter) as cutter:
        thread = threading.Thread(target=cutter.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        server.heat = f"https://127.0.0.1:{cutter.server_address[1]}/heat/v1/p"
        for method, attempts in (("GET", 4), ("POST", 1)):
            Cutter.connections = 0
            with pytest.raises(NoAnswerError, match="breaks the TLS connection off"):
                client.call("orchestration", method, "/stacks")
            assert Cutter.connections == attempts
        cutter.shutdown()
        thread.join()


def test_a_service_whose_versions_are_not_to_be_had_is_no_missing_endpoint(server: Server, client: Client) -> None:
    server.catalog = [("image", f"{server.url}/glance")]
    server.answers = [(503, {})] * 50
    with pytest.raises(NoAnswerError, match="Glance does not say which versions of its API it has"):
        client.call("image", "GET", "/images")


def test_threads_that_begin_at_once_ask_for_the_versions_once(server: Server, client: Client) -> None:
    nova = f"{server.url}/nova/v2.1"
    version = {"id": "v2.1", "status": "CURRENT", "version": "2.90", "min_version": "2.1"}
    server.catalog = [("compute", nova)]
    server.answers = [(200, {"version": {**version, "links": [{"rel": "self", "href": nova}]}})]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _number: client.call("compute", "GET", "/servers"), range(8)))
    assert Counter(server.requests) == {"GET /nova/v2.1/": 1, "GET /nova/v2.1/servers": 8}


def test_a_refusal_gives_the_service_s_reason_alone(server: Server, client: Client) -> None:
    server.answers = [heat_error(400, "Property error: : resources.server.properties.flavor: no such flavor")]
    with pytest.raises(HeatdockError) as caught:
        client.call("orchestration", "POST", "/stacks", body={})
    assert str(caught.value) == (
        'cloud "here": Heat refuses (Property error: resources.server.properties.flavor: no such flavor); '
        "correct what it names"
    )


def test_what_is_forbidden_is_told_apart(server: Server, client: Client) -> None:
    server.answers = [heat_error(403, "You are not authorized to use stacks:validate_template.")]
    with pytest.raises(ForbiddenError, match="You are not authorized to use stacks:validate_template"):
        client.call("orchestration", "POST", "/validate", body={})


def test_an_application_credential_may_lack_what_a_password_has(server: Server, tmp_path: Path) -> None:
    auth = {
        "auth_url": f"{server.url}/identity/v3",
        "application_credential_id": "i",
        "application_credential_secret": "s",
    }
    entry = {"auth_type": "v3applicationcredential", "region_name": "R", "auth": auth}
    (tmp_path / "clouds.yaml").write_text(json.dumps({"clouds": {"here": entry}}))
    server.answers = [heat_error(500, "Internal Server Error")]
    with pytest.raises(NoAnswerError, match="which Keystone may deny an application credential: use a password then"):
        Client(CloudOptions("here", [str(tmp_path / "clouds.yaml")])).call("orchestration", "POST", "/stacks", body={})


def test_a_conflict_is_told_apart(server: Server, client: Client) -> None:
    server.answers = [heat_error(409, "The Stack (web1) already exists.")]
    with pytest.raises(ConflictError, match="already exists"):
        client.call("orchestration", "POST", "/stacks", body={})


def test_what_is_not_there_is_told_apart(server: Server, client: Client) -> None:
    server.answers = [heat_error(404, "The Stack (web1) could not be found.")]
    with pytest.raises(NotFoundError, match=r"The Stack \(web1\) could not be found"):
        client.call("orchestration", "GET", "/stacks/web1")


def test_an_answer_that_was_cut_off_is_read_again(server: Server, client: Client) -> None:
    server.answers = [(200, '{"stacks": [1'), (200, {"stacks": [1]})]
    assert client.call("orchestration", "GET", "/stacks") == {"stacks": [1]}


def test_what_an_accepted_update_is_answered_with_does_not_matter(server: Server, client: Client) -> None:
    server.answers = [(202, "<html>The request is accepted for processing.</html>")]
    assert client.call("orchestration", "PUT", "/stacks/web1/1", body={}) is None


def test_an_answer_that_is_not_json_is_named(server: Server, client: Client) -> None:
    server.answers = [(200, "<html>")] * 4
    with pytest.raises(NoAnswerError, match=r"what Heat answered to http://\S+/heat/v1/p/stacks is not JSON"):
        client.call("orchestration", "GET", "/stacks")


def test_a_missing_endpoint_names_the_service(client: Client) -> None:
    with pytest.raises(HeatdockError, match=r'no Glance endpoint \(image\) in region "R"'):
        client.call("image", "GET", "/images")


def test_pages_are_followed_to_the_last(server: Server, client: Client) -> None:
    more = {"links": [{"rel": "next", "href": "x"}]}
    server.answers = [(200, {"stacks": [{"id": "a"}, {"id": "b"}], **more}), (200, {"stacks": [{"id": "c"}]})]
    listed = client.pages("orchestration", "/stacks", "stacks", [("tags", "heatdock")])
    assert [item["id"] for item in listed] == ["a", "b", "c"]
    assert server.requests == [
        "GET /heat/v1/p/stacks?tags=heatdock&limit=500",
        "GET /heat/v1/p/stacks?tags=heatdock&limit=500&marker=b",
    ]


def test_the_project_is_known_by_name(client: Client) -> None:
    assert client.project() == "demo"
