# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host is, from its stack and its server."""

from __future__ import annotations

from typing import Any

import pytest

from cli.hosts import told

OUTPUTS = {
    "server_id": "1",
    "docker_endpoint": "tcp://203.0.113.5:2376",
    "address": "203.0.113.5",
    "engine_version": "28",
}


@pytest.mark.parametrize(
    ("status", "server", "state"),
    [
        ("CREATE_COMPLETE", {"status": "ACTIVE"}, "Running"),
        ("UPDATE_COMPLETE", {"status": "SHUTOFF"}, "Stopped"),
        ("CREATE_COMPLETE", {"status": "ACTIVE", "OS-EXT-STS:task_state": "powering-off"}, "Stopping"),
        ("CREATE_COMPLETE", {"status": "SHUTOFF", "OS-EXT-STS:task_state": "powering-on"}, "Starting"),
        ("CREATE_COMPLETE", {"status": "PAUSED"}, "Paused"),
        ("CREATE_COMPLETE", {"status": "SHELVED_OFFLOADED"}, "Saved"),
        ("CREATE_COMPLETE", {"status": "RESCUE"}, "Rescue"),
        ("CREATE_COMPLETE", {"status": "ERROR", "fault": {"message": "no valid host"}}, "Error"),
        ("CREATE_COMPLETE", None, "Error"),
        ("CREATE_IN_PROGRESS", {"status": "ACTIVE"}, "Creating"),
        ("DELETE_IN_PROGRESS", None, "Removing"),
        ("CREATE_FAILED", None, "Error"),
        ("UPDATE_FAILED", {"status": "ACTIVE"}, "Running"),
        ("SUSPEND_COMPLETE", {"status": "SUSPENDED"}, "Saved"),
    ],
)
def test_the_state_is_told_in_docker_machine_s_words(status: str, server: dict[str, Any] | None, state: str) -> None:
    assert told({"stack_name": "web1", "stack_status": status}, OUTPUTS, server).State == state


@pytest.mark.parametrize(
    ("stack", "server", "errors"),
    [
        ({"stack_status": "CREATE_COMPLETE"}, {"status": "ACTIVE"}, ""),
        (
            {"stack_status": "UPDATE_FAILED", "stack_status_reason": "quota"},
            {"status": "ACTIVE"},
            "UPDATE_FAILED: quota",
        ),
        ({"stack_status": "CREATE_COMPLETE"}, {"status": "ERROR", "fault": {"message": "no host"}}, "no host"),
        ({"stack_status": "CREATE_COMPLETE"}, None, "its server is gone; docker hosts provision makes a new one"),
    ],
)
def test_what_is_wrong_is_told(stack: dict[str, Any], server: dict[str, Any] | None, errors: str) -> None:
    assert told({"stack_name": "web1", **stack}, OUTPUTS, server).Errors == errors


def test_fields_come_from_the_outputs() -> None:
    host = told({"stack_name": "web1", "stack_status": "CREATE_COMPLETE"}, OUTPUTS, {"status": "ACTIVE"}, Cloud="lab")
    assert host.shown() == {
        "Name": "web1",
        "Active": False,
        "State": "Running",
        "URL": "tcp://203.0.113.5:2376",
        "Engine": "28",
        "Cloud": "lab",
        "Address": "203.0.113.5",
        "Errors": "",
        "Declared": False,
    }
    assert host.is_running
