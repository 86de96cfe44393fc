# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting until Nova is done with a server.

PRIVATE to the collection.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Row
    from ansible_collections.heatdock.hosts.plugins.module_utils._watch import Watch

PAUSE = 1.0


def is_at_work(server: Row) -> bool:
    """Tell whether Nova is at work on a server."""
    return bool(server.get("OS-EXT-STS:task_state"))


def awaited(
    read: Callable[[], Row], is_done: Callable[[Row], bool], watch: Watch, seconds: int, name: str = "server"
) -> Row:
    """Read a server until it is as wanted; after `seconds` that is a HeatdockError, which calls it by `name`."""
    deadline = time.monotonic() + seconds
    while True:
        server = read()
        if is_done(server):
            return server
        if time.monotonic() >= deadline:
            raise HeatdockError(
                f"its {name} is still {server['status']} after {seconds} s; Nova goes on with it, look at "
                "openstack server show"
            )
        watch.pause(PAUSE)
