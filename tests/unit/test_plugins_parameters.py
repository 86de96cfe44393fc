# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that Heat would refuse are told before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._parameters import parameter_problems
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source

TEMPLATE: dict[str, Any] = {
    "parameters": {
        "user": {"type": "string", "default": "deb", "constraints": [{"allowed_pattern": "[a-z_][a-z0-9_-]{0,3}"}]},
        "seconds": {"type": "number", "default": 900, "constraints": [{"range": {"min": 60, "max": 3600}}]},
        "cidrs": {"type": "comma_delimited_list", "default": "a", "constraints": [{"length": {"min": 1, "max": 2}}]},
        "size": {"type": "string", "default": "small", "constraints": [{"allowed_values": ["small", "large"]}]},
        "step": {"type": "number", "default": 8, "constraints": [{"modulo": {"step": 8, "offset": 0}}]},
        "secret": {"type": "string", "default": "long enough", "hidden": True, "constraints": [{"length": {"min": 8}}]},
        "key": {"type": "string", "default": "k", "constraints": [{"custom_constraint": "nova.keypair"}]},
    },
    "resources": {},
}


def problems_of(**values: Any) -> list[str]:
    return parameter_problems(Source(TEMPLATE, values))


@pytest.mark.parametrize(
    "values",
    [
        {"user": "a"},
        {"seconds": 60},
        {"seconds": "3600"},
        {"cidrs": ["a", "b"]},
        {"size": "large"},
        {"step": 16},
        {"key": "any"},
    ],
)
def test_values_within_their_constraints_pass(values: dict[str, Any]) -> None:
    assert problems_of(**values) == []


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"user": "Debian"}, 'user "Debian" does not match [a-z_][a-z0-9_-]{0,3}; correct it'),
        ({"user": "abcde"}, 'user "abcde" does not match [a-z_][a-z0-9_-]{0,3}; correct it'),
        ({"seconds": 59}, 'seconds "59" is less than 60; give more'),
        ({"seconds": 3601}, 'seconds "3601" is more than 3600; give less'),
        ({"seconds": "soon"}, 'seconds "soon" is not a number; correct it'),
        ({"cidrs": []}, 'cidrs "" is empty; give a value'),
        ({"cidrs": "a,b,c"}, 'cidrs "a,b,c" has length 3, more than 2; give less'),
        ({"size": "big"}, 'size "big" is not one of "large", "small"; choose one of them'),
        ({"step": 12}, 'step "12" is not a multiple of 8; correct it'),
        ({"secret": "s3cret"}, 'secret "(hidden)" has length 6, less than 8; give more'),
        ({"sze": "small"}, 'the template has no parameter "sze"; closest is "size"'),
    ],
)
def test_a_broken_constraint_is_one_sentence(values: dict[str, Any], sentence: str) -> None:
    assert problems_of(**values) == [sentence]


def test_every_problem_is_told() -> None:
    assert len(problems_of(user="Debian", seconds=1, size="big")) == 3


def test_a_parameter_without_value_says_what_it_is() -> None:
    template = {"parameters": {"image": {"type": "string", "description": "Image of the server, by name or ID."}}}
    assert parameter_problems(Source(template)) == [
        "image is missing; give a value (Image of the server, by name or ID)"
    ]
