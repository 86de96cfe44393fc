# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of baked images start from: the lab's second project."""

from __future__ import annotations

from surroundings import cloud, demo, fleet

__all__ = ["cloud", "demo", "fleet"]
