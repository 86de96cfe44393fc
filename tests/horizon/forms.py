#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put Heat templates through Horizon's own forms, and print (JSON) what a person would see and what Heat would be sent.

Runs where Horizon and Heat are installed, with DJANGO_SETTINGS_MODULE=heat_dashboard.test.settings. Horizon's forms and
Heat's reading of templates and of values are the real ones; the cloud is not there: its lists are those of CLOUD.

Standard input (JSON): {name: {"path": template, "launches": {title: {field: text typed into it}}}}
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import RequestFactory
from heat.common import identifier, template_format
from heat.engine import api as heat_api
from heat.engine import environment, parameter_groups, resources, template
from heat_dashboard.content.stacks import forms, views

CLOUD: dict[str, list[tuple[str, str]]] = {
    "glance.image": [("image-id-1", "debian-12"), ("image-id-2", "debian-13")],
    "nova.flavor": [("flavor-id-1", "small"), ("flavor-id-2", "large")],
    "nova.keypair": [("mine", "mine"), ("ours", "ours")],
    "neutron.network": [("network-id-1", "private"), ("network-id-2", "backend")],
}
PREFIX = forms.CreateStackForm.param_prefix
STACK = "web1"


class Choice:
    """Heat's custom constraint, whose service knows what CLOUD lists."""

    def __init__(self, known: list[tuple[str, str]]) -> None:
        """Take the list."""
        self._known = {word for pair in known for word in pair}

    def __call__(self) -> Choice:
        """Heat makes one for each check."""
        return self

    def validate(self, value: str, _context: object) -> bool:
        """Say whether the service knows the value, by name or ID."""
        return value in self._known


def prepare_heat() -> None:
    """Give Heat an environment with the constraints alone: no resource type is needed to read parameters."""
    bare = environment.Environment({}, user_env=False)
    for name, known in CLOUD.items():
        bare.register_constraint(name, Choice(known))
    resources._environment = bare


def parameters_of(text: str, values: dict[str, Any]) -> tuple[Any, Any]:
    """Read a template as Heat's engine does; return it and its parameters with their values."""
    read = template.Template(template_format.parse(text))
    read.env = environment.Environment({"parameters": values})
    return read, read.parameters(identifier.HeatIdentifier("project", STACK, "id"), values)


def validated(_request: object, **sent: Any) -> dict[str, Any]:
    """Answer as Heat's engine answers to a template that is to be validated, in the same steps, its resources apart."""
    text = sent["template"] if isinstance(sent["template"], str) else json.dumps(sent["template"])
    read, parameters = parameters_of(text, {})
    shown = parameters.map(
        heat_api.format_validate_parameter, filter_func=lambda item: item.name not in parameters.PSEUDO_PARAMETERS
    )
    answer = {"Description": read.get("Description", ""), "Parameters": shown}
    groups = parameter_groups.ParameterGroups(read)
    groups.validate()
    if groups.parameter_groups:
        answer["ParameterGroups"] = groups.parameter_groups
    return json.loads(json.dumps(answer))


def listed(name: str) -> list[SimpleNamespace]:
    """Return what a service's listing holds, as Horizon's API layer does."""
    return [
        SimpleNamespace(id=key, name=label, size=400 * 2**20, container_format="bare", ram=1024, vcpus=2, disk=10)
        for key, label in CLOUD[name]
    ]


class Network(SimpleNamespace):
    """A network with a subnet."""

    def __getitem__(self, key: str) -> Any:
        """Horizon reads it as an object and as a mapping."""
        return getattr(self, key)


def networks(*_request: object, **_options: object) -> list[Network]:
    """List the networks."""
    return [Network(id=key, name_or_id=label, subnet_ids=["subnet"]) for key, label in CLOUD["neutron.network"]]


def images(*_request: object, **_options: object) -> tuple[list[SimpleNamespace], bool, bool]:
    """List the images, all of them on one page."""
    return listed("glance.image"), False, False


FAKES = {
    "openstack_dashboard.api.glance.image_list_detailed": images,
    "openstack_dashboard.api.nova.flavor_list": lambda *_request: listed("nova.flavor"),
    "openstack_dashboard.api.nova.keypair_list": lambda *_request: listed("nova.keypair"),
    "openstack_dashboard.api.neutron.network_list_for_tenant": networks,
    "openstack_dashboard.api.base.is_service_enabled": lambda *_request: True,
    "heat_dashboard.api.heat.template_validate": validated,
}


def request(files: dict[str, Any] | None = None) -> Any:
    """Return a request of a user who is logged in."""
    made = RequestFactory().post("/", data=files or {})
    made.user = SimpleNamespace(username="demo", project_id="project", tenant_id="project")
    return made


def uploaded(path: Path) -> dict[str, Any]:
    """Put a template through the first form, and return what the second is made from."""
    upload = SimpleUploadedFile(path.name, path.read_bytes(), content_type="application/yaml")
    posted = request({"template_upload": upload})
    form = forms.TemplateForm(
        posted, {"template_source": "file"}, {"template_upload": upload}, next_view=views.CreateStackView
    )
    if not form.is_valid():
        sys.exit(f"{path.name}: Horizon refuses the template: {form.errors.as_text()}")
    return dict(form.cleaned_data["template_validate"])


def field_of(form: Any, name: str) -> dict[str, Any]:
    """Return what a person sees of a field."""
    bound = form[name]
    field = bound.field
    html = str(bound)
    return {
        "name": name.removeprefix(PREFIX),
        "label": str(field.label),
        "help": str(field.help_text),
        "required": field.required,
        "initial": field.initial,
        "choices": [list(choice) for choice in getattr(field, "choices", ())],
        "password": 'type="password"' in html,
        "checked": " checked" in html,
    }


def typed(form: Any, values: dict[str, str]) -> QueryDict:
    """Return what a browser posts: what the fields hold, unless something else was typed or chosen."""
    data = QueryDict(mutable=True)
    for name in form.fields:
        value = values.get(name.removeprefix(PREFIX), held(form[name]))
        if value is not None:
            data[name] = value
    return data


def held(bound: Any) -> Any:
    """Return what a field holds that nobody touched; a list shows its first choice unless another one is given."""
    if type(bound.field).__name__ == "BooleanField":
        return "on" if " checked" in str(bound) else None
    choices: list[Any] = getattr(bound.field, "choices", [])
    return choices[0][0] if bound.value() is None and choices else bound.value()


def launch(text: str, description: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    """Fill the second form as a person would; return its errors, or the values that Heat reads in what it is sent."""
    empty = forms.CreateStackForm(request(), initial={"parameters": json.dumps(description)}, parameters=description)
    data = typed(empty, {"stack_name": STACK, "password": "secret", **values})
    form = forms.CreateStackForm(request(), data, parameters=description)
    if not form.is_valid():
        return {"errors": {name.removeprefix(PREFIX): list(problems) for name, problems in form.errors.items()}}
    with (
        mock.patch("heat_dashboard.api.heat.stack_create") as create,
        mock.patch("horizon.messages.info"),
    ):
        form.handle(form.request, form.cleaned_data)
    sent = create.call_args.kwargs
    return {"errors": {}, **understood(text, sent["parameters"])}


def understood(text: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Return the values that Heat reads in what it is sent, or why it refuses them."""
    _read, parameters = parameters_of(text, sent)
    try:
        parameters.validate(validate_value=True)
    except Exception as error:  # noqa: BLE001 - whatever Heat refuses with is what a person is told
        return {"refusal": str(error)}
    return {"values": {name: value for name, value in parameters.items() if name not in parameters.PSEUDO_PARAMETERS}}


def report(path: Path, launches: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Return all about one template: its fields, and what comes of each way to fill them."""
    text = path.read_text(encoding="utf-8")
    description = uploaded(path)
    form = forms.CreateStackForm(request(), parameters=description)
    shown = [field_of(form, name) for name in form.fields if name.startswith(PREFIX)]
    done = {title: launch(text, description, values) for title, values in launches.items()}
    return {"help": str(form.help_text), "fields": shown, "launches": done}


def main() -> None:
    """Report on the templates of standard input."""
    wanted = json.load(sys.stdin)
    prepare_heat()
    with contextlib.ExitStack() as stack:
        for target, fake in FAKES.items():
            stack.enter_context(mock.patch(target, fake))
        reports = {name: report(Path(item["path"]), item["launches"]) for name, item in wanted.items()}
    json.dump({"cloud": CLOUD, "reports": reports}, sys.stdout)


if __name__ == "__main__":
    main()
