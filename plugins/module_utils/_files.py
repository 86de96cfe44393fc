# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stack's files on the controller: template, environments and what they refer to, as python-heatclient reads them.

The one file beside _client that imports an OpenStack library; apart from it, since docker_hosts has no use for it
and its import takes time.

PRIVATE to the collection.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.error import URLError

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, quoted, suggestion
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    VERSION,
    Source,
    check_resources,
    read_yaml,
)

HEATCLIENT_IMPORT_ERROR: str | None = None
try:
    from heatclient.common import template_utils
    from heatclient.exc import CommandError
except ImportError:
    HEATCLIENT_IMPORT_ERROR = traceback.format_exc()

SECTIONS: dict[str, type] = {
    "parameters": dict,
    "parameter_defaults": dict,
    "resource_registry": dict,
    "event_sinks": list,
}
"""What an environment may hold; how to merge parameters, which heatclient leaves to Heat, is not among it."""

_ADDRESS = re.compile(r"(?:file://)?(/[^\s'\"]+|https?://[^\s'\"]+)")


def load_source(name: str, template: str, environments: Sequence[str], parameters: Mapping[str, Any]) -> Source:
    """Read a stack's template and environments with all their files; later values win, given parameters above all."""
    if HEATCLIENT_IMPORT_ERROR:
        raise HeatdockError("the Python library python-heatclient is missing; install it for Ansible's own Python")
    _check_template(template)
    for path in environments:
        _check_environment(path)
    try:
        files, read = template_utils.process_template_path(template)
        more, environment = template_utils.process_multiple_environments_and_files(list(environments))
    except (CommandError, URLError, ValueError, TypeError, AttributeError) as error:
        raise _unreadable(template, error) from error
    given = {key: value for key, value in parameters.items() if value is not None}
    return Source(
        _plain(read),
        {**_plain(environment.get("parameters") or {}), **given},
        _plain(environment.get("parameter_defaults") or {}),
        {key: _text(content) for key, content in (files | more).items()},
        name,
        _plain(environment.get("resource_registry") or {}),
        _plain(environment.get("event_sinks") or []),
    )


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


def _text(content: str | bytes) -> str:
    return content.decode() if isinstance(content, bytes) else content


def _read(kind: str, path: str) -> Any:
    """Read a YAML file that has to be there; what lies elsewhere on the network is left to heatclient."""
    return None if "://" in path else read_yaml(kind, path)


def _check_template(path: str) -> None:
    template = _read("template", path)
    if template is None and "://" in path:
        return
    if not isinstance(template, dict) or VERSION not in template:
        raise HeatdockError(f"template {path} has no {VERSION}; give the path of a HOT file")
    check_resources(path, template)


def _check_environment(path: str) -> None:
    environment = _read("environment", path)
    if environment is None:
        return
    if not isinstance(environment, dict):
        raise HeatdockError(f"environment {path} is not a map of sections; known are {', '.join(SECTIONS)}")
    for name, content in environment.items():
        if name not in SECTIONS:
            raise HeatdockError(
                f"environment {path} has an unknown section {quoted(name)}; {suggestion(name, SECTIONS)}"
            )
        if content is not None and not isinstance(content, SECTIONS[name]):
            kind = "map" if SECTIONS[name] is dict else "list"
            raise HeatdockError(f"environment {path}: its {name} are not a {kind}; correct them")


def _unreadable(template: str, error: Exception) -> HeatdockError:
    """Say which of the files that the given ones refer to is not there or not right."""
    text = " ".join(str(error).split())
    address = _ADDRESS.search(text)
    if "parsing template" in text and address:
        return HeatdockError(
            f"file {address[1]} is not a valid template ({text.partition(address[1])[2].strip()}); correct it"
        )
    if address:
        return HeatdockError(
            f"file {address[1]}, to which {template} or an environment refers, cannot be read; correct its path"
        )
    return HeatdockError(f"template {template} and its environments cannot be read ({text}); correct them")
