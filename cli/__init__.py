# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The docker client's plugin `docker hosts`.

It holds nothing of what Heatdock does: it reads the cloud through the collection's module_utils and acts through its
playbooks. What a command does not need it does not import, since a command line is waited for.
"""

from __future__ import annotations
