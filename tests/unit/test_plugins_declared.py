# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A declaration that cannot work is told before a cloud is asked."""

from __future__ import annotations

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._declared import host_problems
from memory_cloud import declared


@pytest.mark.parametrize("name", ["web1", "Web-1", "w1.example.com", "a" * 63])
def test_a_host_name_is_accepted(name: str) -> None:
    assert host_problems(declared(name)) == []


@pytest.mark.parametrize("name", ["", "w", "1web", "web_1", "web1-", "web1.", "wéb1", "web 1", "a" * 64])
def test_what_is_no_host_name_is_refused(name: str) -> None:
    [problem] = host_problems(declared(name))
    assert "is not a host name" in problem


@pytest.mark.parametrize(
    ("cidr", "reason"),
    [
        ("10.88.0.7/24", 'has host bits set; its network is "10.88.0.0/24"'),
        ("2001:db8::1/64", 'has host bits set; its network is "2001:db8::/64"'),
        ("10.88.0.0/33", "is not a network"),
        ("everyone", "is not a network"),
    ],
)
def test_what_is_no_network_is_refused(cidr: str, reason: str) -> None:
    [problem] = host_problems(declared(management_cidrs=["10.0.0.0/8", cidr]))
    assert f'management_cidrs "{cidr}" {reason}' in problem
