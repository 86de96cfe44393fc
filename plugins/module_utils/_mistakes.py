# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Heat finds wrong with a template, asked before anything is written, with what was probably meant.

PRIVATE to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import ForbiddenError, HeatdockError, suggestion

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat
    from ansible_collections.heatdock.hosts.plugins.module_utils._resource_types import ResourceTypes
    from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source

_PROPERTY = re.compile(r"resources\.([\w-]+)\.properties((?:\.[\w-]+|\[\d+\])*): Unknown Property ([\w-]+)")
_TYPE = re.compile(r"The Resource Type \(([^)]+)\) could not be found")
_REFERENCE = re.compile(r'The specified reference "([^"]+)"')
_PARAMETER = re.compile(r"The Parameter \(([^)]+)\) was not provided")
_CONDITION = re.compile(r'Invalid condition "([^"]+)"')
_REMEDY = "; correct what it names"


def refuse_template(heat: Heat, types: ResourceTypes, source: Source, *, new: bool, check: bool) -> None:
    """Raise what Heat has against a template: of a new stack with all its values, of an old one with its structure.

    In a check, who may only read goes without Heat's judgement of a stack that is there.
    """
    try:
        if new:
            heat.check_create(source)
        else:
            heat.validate(source)
    except ForbiddenError:
        if new or not check:
            raise
    except HeatdockError as error:
        text = str(error)
        if meant := _meant(text, types, source):
            raise type(error)(f"{text.removesuffix(_REMEDY)}; {meant}") from error
        raise


def _meant(text: str, types: ResourceTypes, source: Source) -> str:
    """Say what was probably meant where something is misspelt; empty where it is another mistake."""
    template = source.template
    if found := _PROPERTY.search(text):
        resource = template["resources"].get(found[1]) or {}
        schema = (types.of([str(resource.get("type"))]) if resource else {}).get(str(resource.get("type")))
        return suggestion(found[3], _below(schema or {}, found[2]))
    if found := _TYPE.search(text):
        return suggestion(found[1], types.names())
    for pattern, known in (
        (_REFERENCE, [*template["resources"], *(template.get("parameters") or {})]),
        (_PARAMETER, template.get("parameters") or {}),
        (_CONDITION, template.get("conditions") or {}),
    ):
        if found := pattern.search(text):
            return suggestion(found[1], known) if known else "the template defines none"
    return ""


def _below(schema: Mapping[str, Any], path: str) -> Iterable[str]:
    """Name the properties at a place within a property."""
    for step in re.findall(r"[\w-]+", path):
        schema = (schema.get(step) or schema.get("*") or {}).get("schema") or {}
    return schema
