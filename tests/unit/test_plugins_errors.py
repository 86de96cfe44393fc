# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors name what was probably meant and show a service's reason without Heat's wrapping."""

from __future__ import annotations

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import listed, plain_reason, suggestion


@pytest.mark.parametrize(
    ("wrong", "known", "expected"),
    [
        ("m1.tny", ["m1.tiny", "m1.small"], 'closest is "m1.tiny"'),
        ("DEBIAN-13", ["debian-13"], 'closest is "debian-13"'),
        ("web3", ["web1", "web2", "db"], 'closest are "web1", "web2"'),
        ("web-12", ["web-1", "web-123", "web"], 'closest are "web-123", "web-1"'),
        ("zzz", ["private", "public"], 'known are "private", "public"'),
        ("zzz", [], "there is none"),
    ],
)
def test_the_closest_known_name_is_suggested(wrong: str, known: list[str], expected: str) -> None:
    assert suggestion(wrong, known) == expected


def test_long_lists_are_cut() -> None:
    assert listed([f"n{index}" for index in range(5)], limit=2) == '"n0", "n1" and 3 more'


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (
            "Resource CREATE failed: Forbidden: resources.server: Quota exceeded (HTTP 403) (Request-ID: req-1)",
            "Quota exceeded (HTTP 403)",
        ),
        ("ResourceInError: resources.group.resources[0].server: Went to status ERROR.", "Went to status ERROR"),
        (
            (
                "OverQuotaClient: resources.group: Quota exceeded for resources: ['security_group'].\n"
                "Neutron server returns request_ids: ['req-b20bba71']"
            ),
            "Quota exceeded for resources: ['security_group']",
        ),
        (None, "no reason given"),
    ],
)
def test_heats_wrapping_is_stripped_from_a_reason(reason: str | None, expected: str) -> None:
    assert plain_reason(reason) == expected
