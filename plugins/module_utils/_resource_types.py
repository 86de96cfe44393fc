# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The properties of resource types as Heat describes them, each type read once.

PRIVATE to the collection.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat

AT_A_TIME = 4


class ResourceTypes:
    """Describes resource types; safe to use from many threads."""

    def __init__(self, heat: Heat) -> None:
        """Take the API; nothing is read yet."""
        self._heat = heat
        self._known: dict[str, dict[str, Any] | None] = {}
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Name the types that there are."""
        return self._heat.resource_types()

    def of(self, types: Iterable[str]) -> dict[str, dict[str, Any] | None]:
        """Return the properties of these types; None for a type that Heat does not describe."""
        wanted = set(types)
        with self._lock:
            missing = sorted(wanted - set(self._known))
            with ThreadPoolExecutor(AT_A_TIME) as pool:
                self._known |= zip(missing, pool.map(self._heat.properties_schema, missing), strict=True)
            return {kind: self._known[kind] for kind in wanted}
