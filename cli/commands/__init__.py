# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands, one a file; each file's `command` is imported when it is run."""

from __future__ import annotations
