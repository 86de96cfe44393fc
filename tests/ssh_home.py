# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A ~/.ssh of a test's own: ssh takes the home of the user's account, whatever HOME says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def with_ssh_in(folder: Path) -> list[str]:
    """Return the words before a command that have its ~/.ssh be this folder; root alone can."""
    script = 'mkdir -p ~/.ssh && mount --bind "$0" ~/.ssh && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", script, str(folder)]
