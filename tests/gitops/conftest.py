# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests of the pipelines work in the lab's second project, too."""

from __future__ import annotations

from surroundings import cloud, demo

__all__ = ["cloud", "demo"]
