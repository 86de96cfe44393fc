# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Horizon as a person uses it: what they click, type and read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import FilePayload, Locator, Page

PARAMETER = "__param_"
READ_FIELDS = """
form => [...form.querySelectorAll(".form-group")].map(group => {
    const field = group.querySelector("select, textarea, input:not([type=hidden])");
    const label = group.querySelector("label");
    const help = group.querySelector(".help-icon");
    return {
        name: field ? field.name : "",
        label: label ? label.innerText.trim() : "",
        help: help ? help.getAttribute("data-original-title") || help.title : "",
        kind: field ? field.type : "",
        required: label ? label.classList.contains("required") : false,
        value: field ? field.value : "",
        choices: field && field.options ? [...field.options].map(option => option.text.trim()) : [],
    };
}).filter(field => field.name)
"""


@dataclass
class Field:
    """What a person sees of a field."""

    name: str
    label: str
    help: str
    kind: str
    required: bool
    value: str
    choices: list[str]


class Dashboard:
    """One person in front of Horizon."""

    def __init__(self, page: Page, address: str, pictures: Path) -> None:
        """Take an empty page, Horizon's address and the folder for pictures."""
        self._page = page
        self._address = address
        self._pictures = pictures

    def log_in(self, user: str, password: str) -> None:
        """Log in, and be shown that it worked."""
        self._page.goto(f"{self._address}/auth/login/")
        self._page.locator("#id_username").fill(user)
        self._page.locator("#id_password").fill(password)
        self._page.locator("#loginBtn").click()
        self._page.locator(".navbar").wait_for()

    def open_launch_form(self, template: Path) -> None:
        """Click Launch Stack, give the template and go on to the form of its parameters."""
        self._page.goto(f"{self._address}/project/stacks/")
        self._page.locator("#stacks__action_launch").click()
        chooser = self._page.locator("form#select_template")
        # its content, since the browser may have a file system of its own
        upload: FilePayload = {"name": template.name, "mimeType": "application/yaml", "buffer": template.read_bytes()}
        chooser.locator("input[name=template_upload]").set_input_files(upload)
        chooser.locator("input[type=submit]").click()
        self.form.wait_for()

    @property
    def form(self) -> Locator:
        """The form of a template's parameters."""
        return self._page.locator("form#launch_stack")

    def fields(self) -> list[Field]:
        """Return the fields of the template's parameters, from top to bottom."""
        shown = [Field(**field) for field in self.form.evaluate(READ_FIELDS)]
        parameters = [field for field in shown if field.name.startswith(PARAMETER)]
        for field in parameters:
            field.name = field.name.removeprefix(PARAMETER)
        return parameters

    def fill(self, name: str, text: str) -> None:
        """Type into a field."""
        self.form.locator(f"[name={name}]").fill(text)

    def choose(self, name: str, label: str) -> None:
        """Choose from a drop-down list, where a size may follow the label."""
        choices = self.form.locator(f"select[name={name}]")
        choice = choices.locator("option", has_text=re.compile(rf"^\s*{re.escape(label)}( \(.*)?\s*$"))
        choices.select_option(value=choice.get_attribute("value"))

    def launch(self) -> None:
        """Click Launch."""
        self.form.locator("input[type=submit]").click()

    def complaint(self) -> str:
        """Return what Horizon says is wrong, behind a link to the details."""
        alert = self._page.locator(".messages .alert-danger")
        alert.get_by_role("link", name="Details").click()
        details = alert.locator(".collapse.in")
        details.wait_for()
        return " ".join(details.inner_text().split())

    def status(self, stack: str) -> str:
        """Return the status of a stack in the list, which goes on by itself."""
        row = self._page.locator("table#stacks tbody tr", has=self._page.get_by_role("link", name=stack, exact=True))
        row.wait_for()
        return str(row.locator("td").nth(-2).inner_text().strip())

    def open_stack(self, stack: str) -> None:
        """Click the stack in the list and its overview."""
        self._page.get_by_role("link", name=stack, exact=True).click()
        self._page.locator("a[href*='overview']").first.click()

    def text(self) -> str:
        """Return all that is to be read on the page."""
        return self._page.locator("body").inner_text()

    def take_picture(self, name: str) -> None:
        """Keep what is to be seen now."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        self._page.screenshot(path=self._pictures / f"{name}.jpg", type="jpeg", quality=60)
