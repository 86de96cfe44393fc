# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fault harness finds what it is there to find: its checks, its sample and its proxy."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import requests
from tests.faults.checks import HEATS_PROJECT, Declared, Existing, Thing, blind_repeats, unclear
from tests.faults.matrix import FAULTS, LOST, OPERATIONS, OTHERS, all_cases, kills, lives, sample, targets
from tests.faults.proxy import SERVICES, Call, Fault, Proxy, call_of

if TYPE_CHECKING:
    from collections.abc import Iterator

DECLARED = Declared("web1", ("10.0.0.0/8",), "key", "small")
STACK = {"id": "11112222", "stack_name": "web1", "stack_status": "CREATE_COMPLETE"}
SERVER = {"id": "s", "status": "ACTIVE", "name": "web1", "key_name": "key", "flavor": {"original_name": "small"}}
GROUP = {"id": "g", "security_group_rules": [{"direction": "ingress", "remote_ip_prefix": "10.0.0.0/8"}]}
THINGS = [
    Thing("server", "s", "web1", SERVER),
    Thing("port", "p", "web1-port", {"id": "p", "device_id": "s", "security_group_ids": ["g"]}),
    Thing("floating IP", "f", "203.0.113.5", {"port_id": "p"}),
    Thing("security group", "g", "web1-group", GROUP),
    Thing(HEATS_PROJECT, "h", f"{'0' * 32}-1111"),
]


def existing(things: list[Thing] | None = None, stacks: list[dict[str, Any]] | None = None) -> Existing:
    rows = [{"physical_resource_id": thing.id} for thing in THINGS if thing.kind != HEATS_PROJECT]
    return Existing([STACK] if stacks is None else stacks, {"web1": rows}, THINGS if things is None else things)


def test_what_is_declared_and_no_more_is_right() -> None:
    assert existing().leftovers() == []
    assert existing().differences(DECLARED) == []


def test_what_belongs_to_no_stack_is_left_over() -> None:
    stray = Thing("floating IP", "x", "203.0.113.9")
    assert existing([*THINGS, stray]).leftovers() == ["floating IP 203.0.113.9 belongs to no stack"]
    assert existing(stacks=[]).leftovers() == [f"{HEATS_PROJECT} {'0' * 32}-1111 belongs to no stack"]


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        ({"key_name": "other"}, "key pair"),
        ({"status": "ERROR"}, "status"),
        ({"flavor": {"original_name": "large"}}, "flavor"),
    ],
)
def test_a_server_that_is_not_as_declared_differs(changed: dict[str, Any], difference: str) -> None:
    things = [Thing("server", "s", "web1", SERVER | changed), *THINGS[1:]]
    (found,) = existing(things).differences(DECLARED)
    assert found.startswith(difference)


def test_more_or_less_than_declared_differs() -> None:
    assert existing([*THINGS, Thing("server", "t", "web1")]).differences(DECLARED) == ["2 of server"]
    assert existing(THINGS[1:]).differences(DECLARED) == ["0 of server"]
    assert existing(stacks=[STACK, {**STACK, "stack_name": "web2"}]).differences(DECLARED)


def test_where_nothing_is_declared_anything_differs() -> None:
    assert len(existing().differences(None)) == 1 + len(THINGS)
    assert existing([], []).differences(None) == []


def test_one_sentence_with_a_remedy_is_clear() -> None:
    assert unclear('host web1: cloud "x": Heat answered an error (no); look at its log or try again') == []


@pytest.mark.parametrize(
    "message",
    [
        "Heat answered an error",
        "two\nlines; run again",
        "Unable to connect: HTTPConnectionPool(host=x); check the network",
        "RemoteDisconnected('Remote end closed') ConnectionError; check the network",
        "Traceback (most recent call last); run again",
        "{'code': 500}; run again",
        "long " * 200 + "; run again",
    ],
)
def test_what_is_raw_long_or_without_remedy_is_unclear(message: str) -> None:
    assert unclear(message)


def test_a_traceback_beside_a_clear_error_is_unclear() -> None:
    assert unclear("it failed; run again", "Traceback (most recent call last):")


def test_a_creation_asked_for_again_without_a_look_is_a_blind_repeat() -> None:
    create, look = Call("Heat", "POST", "/v1/ID/stacks"), Call("Heat", "GET", "/v1/ID/stacks?name")
    assert blind_repeats([create, look, create]) == 0
    assert blind_repeats([create, create]) == 1


def test_ids_and_values_are_taken_out_of_a_call() -> None:
    url = (
        f"http://10.0.0.2:8004/v1/{'a' * 32}/stacks/web1/{'a' * 8}-{'a' * 4}-{'a' * 4}-{'a' * 4}-{'a' * 12}?b=1&limit=5"
    )
    assert call_of("GET", url) == Call("Heat", "GET", "/v1/ID/stacks/NAME/ID?b")


def test_of_the_calls_that_wait_the_first_a_middle_and_the_last_are_spoiled() -> None:
    wait, read = Call("Heat", "GET", "/v1/ID/stacks?tags"), Call("Nova", "GET", "/flavors")
    assert targets([wait] * 9 + [read] * 3) == [
        (wait, 1),
        (wait, 2),
        (wait, 5),
        (wait, 9),
        *((read, n) for n in (1, 2, 3)),
    ]


RECORDED = {
    operation: [
        Call("Keystone", "POST", "/v3/auth/tokens"),
        Call("Heat", "GET", "/v1/ID/stacks?tags"),
        Call("Nova", "GET", "/flavors"),
        Call("Heat", "POST", "/v1/ID/stacks"),
    ]
    for operation in OPERATIONS
}


def test_the_matrix_has_each_fault_at_each_call() -> None:
    cases = {(case.operation, case.fault.name, case.call) for case in all_cases(RECORDED)}
    calls = RECORDED["create"]
    assert {("create", fault.name, call) for fault in FAULTS for call in calls} <= cases
    assert {("create", fault.name, calls[3]) for fault in (*LOST, *OTHERS)} <= cases
    assert not any(call == calls[1] for _operation, name, call in cases if name in {fault.name for fault in LOST})


def test_the_sample_has_each_two_that_meet_and_is_the_same_for_a_seed() -> None:
    cases = all_cases(RECORDED)
    chosen = sample(cases, 7)
    assert chosen == sample(cases, 7)
    assert len(chosen) < len(cases) / 2
    for pair in (
        lambda case: (case.operation, case.fault.name),
        lambda case: (case.operation, case.call.service),
        lambda case: (case.fault.name, case.call.service),
    ):
        assert set(map(pair, chosen)) == set(map(pair, cases))


def test_each_case_has_its_place_in_one_life() -> None:
    cases = all_cases(RECORDED)
    assert sorted(str(case) for life in lives(cases) for case in life.values()) == sorted(map(str, cases))


def test_kills_are_spread_over_the_operations_and_their_seconds() -> None:
    seconds = dict.fromkeys(OPERATIONS, 5.0)
    found = [kill for life in kills(50, seconds, 7) for kill in life.values()]
    assert len(found) == 50
    assert {kill.operation for kill in found} == set(OPERATIONS)
    assert {kill.operation for kill in found if kill.parent} == set(OPERATIONS)
    assert min(kill.moment for kill in found) < 1
    assert 4 < max(kill.moment for kill in found) < 7
    assert kills(50, seconds, 7) == kills(50, seconds, 7) != kills(50, seconds, 8)


class Api(BaseHTTPRequestHandler):
    """An API that remembers what it was asked for."""

    asked: list[str]

    def log_message(self, *_arguments: Any) -> None:
        """Stay silent."""

    def do_POST(self) -> None:
        """Do it."""
        self.asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(201)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Api, "asked", [], raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setitem(SERVICES, server.server_port, "Heat")
        yield f"http://127.0.0.1:{server.server_port}/stacks"
        server.shutdown()


def post(proxy: Proxy, url: str) -> requests.Response:
    proxies = {"http": proxy.environment["http_proxy"]}
    with requests.Session() as session:
        session.trust_env = False
        return session.post(url, data="body", proxies=proxies, timeout=0.5)


def test_the_proxy_passes_on_and_notes_what_it_does_not_spoil(api: str) -> None:
    with Proxy() as proxy:
        assert post(proxy, api).text == "ok"
        assert proxy.calls == [Call("Heat", "POST", "/stacks")]
        assert Api.asked == ["body"]


def test_the_proxy_spoils_the_call_it_is_told_to(api: str) -> None:
    with Proxy() as proxy:
        proxy.begin(lambda _call, nth: Fault("503", status=503) if nth == 2 else None)
        assert [post(proxy, api).status_code for _ in range(3)] == [201, 503, 201]
        assert len(proxy.hits) == 1


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("silent", [False, True])
def test_the_proxy_breaks_off_before_or_after_the_api_was_reached(api: str, *, lost: bool, silent: bool) -> None:
    with Proxy() as proxy:
        proxy.begin(lambda _call, _nth: Fault("broken", cut=not silent, silent=silent, lost=lost))
        with pytest.raises(requests.Timeout if silent else requests.ConnectionError):
            post(proxy, api)
        assert Api.asked == ["body"] * lost
