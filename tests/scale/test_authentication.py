# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever can log in with the other tools of OpenStack can with ours; who cannot is told why in one sentence."""

from __future__ import annotations

import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import yaml
from tests.scale import modules
from tests.scale.authentication import LOGINS, Login
from tests.scale.project import Project
from tests.scale.tables import asked_for
from tests.scale.tls import Authority, Relay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "authentication"
AT_A_TIME = 3
TRUSTEE, DISABLED = f"{NAME}-trustee", f"{NAME}-disabled"
EXPIRES_SECONDS = 2.0
NO_CAS = {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": ""}
"""Nothing that names CAs is taken over from whoever runs the tests."""


class _NotFound(BaseHTTPRequestHandler):
    """A web server that is something else."""

    def do_GET(self) -> None:
        """Know nothing."""
        self.send_error(404)

    def do_POST(self) -> None:
        """Know nothing."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_error(404)

    def log_message(self, *_arguments: Any) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Make a project with a user of its own."""
    with Project(NAME, tmp_path_factory.mktemp("project")) as made:
        yield made


@pytest.fixture(scope="module")
def relays(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Put TLS in front of Keystone, with a certificate for its address and with one for another host."""
    authority = Authority(tmp_path_factory.mktemp("tls"))
    keystone = urlsplit(project.session().config.auth["auth_url"])
    target = (str(keystone.hostname), int(keystone.port or 80))
    with (
        Relay(authority.context("127.0.0.1"), target) as right,
        Relay(authority.context("other.test"), target) as other,
        ThreadingHTTPServer(("127.0.0.1", 0), _NotFound) as web,
    ):
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield {
            "tls": f"{right.url}/v3",
            "tls_host": right.url,
            "tls_other": f"{other.url}/v3",
            "tls_other_host": other.url,
            "no_tls": f"https://{keystone.netloc}/v3",
            "no_tls_host": f"https://{keystone.netloc}",
            "keystone": f"http://{keystone.netloc}",
            "no_keystone": f"http://127.0.0.1:{web.server_port}",
            "ca": str(authority.path),
        }
        web.shutdown()


@pytest.fixture(scope="module")
def facts(project: Project, admin: Any, relays: dict[str, str]) -> Iterator[dict[str, str]]:
    """Make what there is to log in with, and return what cases are filled in with."""
    mine = project.session()
    password = mine.config.auth["password"]
    project_id, user_id = mine.current_project_id, mine.current_user_id
    others = []
    for name in (TRUSTEE, DISABLED):
        if left := admin.identity.find_user(name, domain_id="default"):
            admin.identity.delete_user(left)
        others.append(admin.identity.create_user(name=name, password=password, domain_id="default"))
    role = admin.identity.find_role("member")
    admin.identity.assign_project_role_to_user(project_id, others[1], role)
    admin.identity.update_user(others[1], is_enabled=False)
    secret = secrets.token_urlsafe()
    soon = datetime.now(UTC) + timedelta(seconds=EXPIRES_SECONDS)
    credential = mine.identity.create_application_credential(user_id, name="one", secret=secret)
    expired = mine.identity.create_application_credential(
        user_id, name="old", secret=secret, expires_at=soon.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    )
    trust = mine.identity.create_trust(
        trustor_user_id=user_id,
        trustee_user_id=others[0].id,
        project_id=project_id,
        is_impersonation=True,
        roles=[{"name": "member"}],
    )
    time.sleep(EXPIRES_SECONDS)
    yield {
        **relays,
        "auth_url": mine.config.auth["auth_url"],
        "name": NAME,
        "password": password,
        "project_id": project_id,
        "user_id": user_id,
        "credential": credential.id,
        "expired": expired.id,
        "secret": secret,
        "token": mine.session.get_token(),
        "trust": trust.id,
        "trustee": TRUSTEE,
        "disabled": DISABLED,
    }
    for user in others:
        admin.identity.delete_user(user)


@pytest.fixture(scope="module")
def results(
    request: pytest.FixtureRequest, facts: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, modules.Result]:
    """Log in in all the ways that are asked for, some at a time."""
    asked = asked_for(request)
    names = [name for name in LOGINS if name in asked]
    folder = tmp_path_factory.mktemp("logins")
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        ended = pool.map(lambda name: _run(LOGINS[name], facts, folder / name.replace(" ", "-")), names)
        return dict(zip(names, ended, strict=True))


def _run(login: Login, facts: dict[str, str], folder: Path) -> modules.Result:
    known = {**facts, "folder": str(folder)}
    files = dict(login.files)
    if login.clouds is not None:
        files[login.place] = {"clouds": {"mine": _entry(login.clouds, facts)}}
    (folder / "home").mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else yaml.safe_dump(_filled(content, known))
        path.write_text(text, encoding="utf-8")
    environment = {"HOME": str(folder / "home"), **NO_CAS, **_filled(login.environment, known)}
    asked = {"state": "absent", "hosts": [{"name": "nobody"}], **_filled(login.arguments, known)}
    return modules.result(modules.start("docker_hosts", asked, environment=environment, folder=folder))


def _entry(changes: dict[str, Any], facts: dict[str, str]) -> dict[str, Any]:
    """Return the right entry of clouds.yaml with these changes."""
    auth = {
        "auth_url": facts["auth_url"],
        "username": facts["name"],
        "password": facts["password"],
        "project_name": facts["name"],
        "user_domain_name": "Default",
        "project_domain_name": "Default",
    }
    entry = {"region_name": "RegionOne", **changes, "auth": {**auth, **changes.get("auth", {})}}
    return dict(_filled(_without_none(entry), facts))


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return value


def _filled(value: Any, facts: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, facts) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, facts) for item in value]
    return value.format(**facts) if isinstance(value, str) else value


@pytest.mark.parametrize("name", [name for name, login in LOGINS.items() if not login.message])
def test_the_cloud_is_found_and_let_in(results: dict[str, modules.Result], name: str) -> None:
    assert not results[name].failed, results[name].message
    assert results[name].returned["changed"] is False


@pytest.mark.parametrize("name", [name for name, login in LOGINS.items() if login.message])
def test_what_keeps_out_is_one_sentence(results: dict[str, modules.Result], facts: dict[str, str], name: str) -> None:
    ended = results[name]
    assert ended.failed
    assert "Traceback" not in ended.stderr
    assert ended.message == LOGINS[name].message.format(**facts)
