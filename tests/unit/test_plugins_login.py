# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a user out of a cloud is one sentence with the remedy; tests/scale has the real Keystone's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._login import (
    distrust,
    refusal,
    system_authorities,
    unusable,
)

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://keystone.test:5000/v3"


@pytest.mark.parametrize(
    ("auth_type", "auth", "remedy"),
    [
        ("password", {}, "check user, password and project"),
        ("v3applicationcredential", {}, "check the application credential's ID"),
        ("v3_application_credential", {}, "check the application credential's ID"),
        ("v3token", {}, "the token is wrong or has expired"),
        ("password", {"trust_id": "1"}, "check the trust"),
    ],
)
def test_refused_credentials_have_their_own_remedy(auth_type: str, auth: dict[str, Any], remedy: str) -> None:
    settings = {"auth_type": auth_type, "auth": {"auth_url": URL, **auth}}
    for status, reason in ((401, "Unauthorized"), (404, "Could not find Application Credential: 1")):
        sentence = refusal(settings, status, reason)
        assert sentence
        assert sentence.startswith(f"Keystone at {URL} refused the credentials; {remedy}")


@pytest.mark.parametrize(
    ("status", "reason", "sentence"),
    [
        (404, "Not Found", f"no Keystone is at {URL}; correct auth_url"),
        (400, "Expecting to find domain in user", f"Keystone at {URL} needs the domain of each name; give "),
        (400, "id or name must be present", f"Keystone at {URL} was given no user; give username or OS_USERNAME"),
        (500, "oops", None),
    ],
)
def test_other_answers_are_told_apart(status: int, reason: str, sentence: str | None) -> None:
    told = refusal({"auth": {"auth_url": URL}}, status, reason)
    assert (told or "").startswith(sentence or "")
    assert bool(told) == bool(sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "certificate verify failed: self-signed certificate (_ssl.c:1)",
            "not trusted (self-signed certificate); give",
        ),
        ("certificate verify failed: Hostname mismatch, certificate is not valid for 'a'. (_ssl.c:1)", "another host"),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number", "answers without TLS; correct the port"),
        ("[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred", "breaks the TLS connection off"),
    ],
)
def test_a_tls_connection_that_fails_has_its_own_remedy(text: str, sentence: str) -> None:
    assert sentence in distrust(f"SSL exception connecting to {URL}: {text}")
    assert "https://keystone.test:5000" in distrust(f"SSL exception connecting to {URL}: {text}")


def test_settings_that_cannot_be_used_name_what_is_missing() -> None:
    assert unusable("requires parameters which were not given: auth_url", None).startswith("no cloud is named")
    assert unusable("requires parameters which were not given: auth_url", "mine").startswith("the cloud's settings")
    text = "Region Two is not a valid region name for cloud mine. Valid choices are One, Twoo. Please note"
    assert unusable(text, "mine") == 'region "Two" is not one of cloud "mine"; closest is "Twoo"'


def test_the_systems_list_of_authorities_is_found_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "empty"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    assert system_authorities() is None
    (tmp_path / "none.pem").touch()
    assert system_authorities() == str(tmp_path / "none.pem")
