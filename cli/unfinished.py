# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What create has begun and not ended, so that it can go on after it was killed: one small file a host."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._replaced_file import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cli.fleet import Fleet


class Unfinished:
    """The values of one host that is being made."""

    def __init__(self, fleet: Fleet, name: str) -> None:
        """Take the host."""
        self._path = Path(fleet.settings.kept) / "unfinished" / f"{name}.json"

    def read(self) -> dict[str, Any] | None:
        """Return the host's variables; None when nothing is begun."""
        if not self._path.exists():
            return None
        return dict(json.loads(self._path.read_text(encoding="utf-8")))

    def write(self, variables: Mapping[str, Any]) -> None:
        """Note that it is begun."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(self._path, json.dumps(dict(variables)).encode())

    def remove(self) -> None:
        """Note that nothing is left to do."""
        self._path.unlink(missing_ok=True)
