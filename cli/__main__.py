# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the plugin: `python -P cli/__main__.py`, as bin/docker-hosts does."""

from __future__ import annotations

import sys

home = __file__.rpartition("/cli/")[0]
# In a checkout the collection is found through its links; an installed one is where it is imported from.
collections = home.rpartition("/ansible_collections/")[0] or f"{home}/collections"
sys.path[:0] = [home, collections]

from cli.main import main  # noqa: E402 - found now

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
