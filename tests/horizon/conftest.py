# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A browser in front of the lab's Horizon."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from fleet import ROOT, Cloud, Fleet
from playwright.sync_api import sync_playwright
from surroundings import admin, cloud, demo, fleet
from tests.horizon.dashboard import Dashboard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

__all__ = ["admin", "cloud", "demo", "fleet"]

HERE = Path(__file__).parent
PICTURES = ROOT / "tests/output/horizon"
CHROMIUM = ROOT / ".cache/chromium"
HORIZON_PORT = 8080
PATIENCE = 60_000.0
"""Milliseconds for one click or page; Horizon's first pages take long on a machine that is at work."""


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str]]:
    """Return a Chromium and the environment it wants: the machine's, else one built from Debian's packages."""
    for name in ("chromium", "google-chrome"):
        if found := shutil.which(name):
            return found, {}
    fleet = Fleet(tmp_path_factory.mktemp("chromium"))
    built = fleet.run("ansible-playbook", "-i", "localhost,", f"{HERE}/chromium.yml", "-e", f"chromium_dir={CHROMIUM}")
    assert built.status == 0, built.output
    return str(HERE / "chromium"), {"CHROMIUM_ROOT": str(CHROMIUM / "root")}


@pytest.fixture(scope="session")
def page(chromium: tuple[str, dict[str, str]]) -> Iterator[Page]:
    """Return an empty page of a headless browser."""
    program, environment = chromium
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, env={**Fleet.plain_environment(), **environment})
        page = browser.new_page(viewport={"width": 1280, "height": 1200})
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()


@pytest.fixture(scope="session")
def horizon(page: Page, cloud: Cloud) -> Dashboard:
    """Return Horizon with a person logged in, in the tests' own project."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    auth = cloud.config.auth
    dashboard = Dashboard(page, f"http://{urlsplit(auth['auth_url']).hostname}:{HORIZON_PORT}", PICTURES)
    dashboard.log_in(auth["username"], auth["password"])
    return dashboard
