# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts that benchmarks find unchanged, on the scale lab."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from tests.scale import modules
from tests.scale.cloud import ACCESS, ADMIN, HOST, TEMPLATE, connection
from tests.scale.guests import Guests

if TYPE_CHECKING:
    from collections.abc import Iterator


def hosts(count: int) -> list[dict[str, Any]]:
    """Declare so many hosts."""
    return [{"name": f"bench-{number:03}", **HOST} for number in range(count)]


def arguments(count: int) -> dict[str, Any]:
    """Return the module's arguments for so many hosts."""
    return {**ACCESS, "template": TEMPLATE, "hosts": hosts(count)}


@contextlib.contextmanager
def existing(count: int) -> Iterator[None]:
    """Make the hosts that are not there yet, and delete them at the end, unless KEEP is 1."""
    with Guests(connection(ADMIN)):
        started = time.monotonic()
        result = modules.run("docker_hosts", arguments(count))
    if result.failed or not result.returned:
        sys.exit(result.message or result.stderr)
    made = sum(host["action"] != "none" for host in result.returned["hosts"].values())
    print(f"{count} hosts are there, {made} made or changed in {time.monotonic() - started:.0f} s", flush=True)
    try:
        yield
    finally:
        if os.environ.get("KEEP") != "1":
            names = [{"name": host["name"]} for host in hosts(count)]
            modules.run("docker_hosts", {**ACCESS, "state": "absent", "hosts": names})
