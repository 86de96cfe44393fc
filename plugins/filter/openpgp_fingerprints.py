# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tell the fingerprints of OpenPGP keys, without any program for them."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: openpgp_fingerprints
short_description: Fingerprints of OpenPGP keys
description:
  - Reads public keys in ASCII armor, as package repositories publish them, and returns the fingerprint of each primary
    key, so that a key can be compared with what is known of it before a host trusts it.
  - Keys of version 4 (RFC 4880) and 6 (RFC 9580) are read; others and subkeys are passed over.
options:
  _input:
    description:
      - The text of the keys.
    type: str
    required: true
author:
  - Heatdock contributors (@heatdock)
"""

EXAMPLES = r"""
- name: Refuse any key but the known one
  ansible.builtin.assert:
    that: "'9DC858229FC7DD38854AE2D88D81803C0EBFCD88' in (key | heatdock.hosts.openpgp_fingerprints)"
    fail_msg: the repository's key is another one
  vars:
    key: "{{ lookup('ansible.builtin.url', 'https://download.docker.com/linux/debian/gpg', split_lines=false) }}"
"""

RETURN = r"""
_value:
  description:
    - The fingerprints, in upper-case hexadecimal digits without spaces.
  type: list
  elements: str
  sample: [9DC858229FC7DD38854AE2D88D81803C0EBFCD88]
"""

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING

from ansible.errors import AnsibleFilterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ARMOR = re.compile(
    r"-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[^\r\n]+\r?\n)*\r?\n(.*?)(?:^=[^\r\n]{4}\r?\n)?"
    r"-----END PGP PUBLIC KEY BLOCK-----",
    re.DOTALL | re.MULTILINE,
)
PRIMARY_KEY = 6
NEW_FORMAT = 0x40
# First octets of a new packet's length, from which on it has more of them (RFC 9580, 4.2.1).
TWO_OCTETS = 192
PARTIAL = 224
FIVE_OCTETS = 255


def openpgp_fingerprints(text: str) -> list[str]:
    """Return the fingerprints of the primary keys in the text."""
    blocks = ARMOR.findall(text)
    if not blocks:
        raise AnsibleFilterError("openpgp_fingerprints: the input has no armored public key; give the key's whole text")
    try:
        bodies = [body for block in blocks for tag, body in _packets(base64.b64decode(block)) if tag == PRIMARY_KEY]
    except (IndexError, binascii.Error) as error:
        raise AnsibleFilterError("openpgp_fingerprints: the key is cut off or damaged; fetch it again") from error
    return [fingerprint for fingerprint in map(_fingerprint, bodies) if fingerprint]


def _fingerprint(body: bytes) -> str:
    version = body[0]
    if version == 4:  # noqa: PLR2004
        # SHA-1 is what a fingerprint of this version is.
        return hashlib.sha1(b"\x99" + len(body).to_bytes(2, "big") + body).hexdigest().upper()  # noqa: S324
    if version == 6:  # noqa: PLR2004
        return hashlib.sha256(b"\x9b" + len(body).to_bytes(4, "big") + body).hexdigest().upper()
    return ""


def _packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Split a key into its packets, each a tag and a body."""
    position = 0
    while position < len(data):
        head = data[position]
        tag, start, length = _new_head(data, position) if head & NEW_FORMAT else _old_head(data, position)
        body = data[start : start + length]
        if len(body) != length or not body:
            raise IndexError
        yield tag, body
        position = start + length


def _new_head(data: bytes, position: int) -> tuple[int, int, int]:
    tag, first = data[position] & 0x3F, data[position + 1]
    if first < TWO_OCTETS:
        return tag, position + 2, first
    if first < PARTIAL:
        return tag, position + 3, ((first - TWO_OCTETS) << 8) + data[position + 2] + TWO_OCTETS
    if first == FIVE_OCTETS:
        return tag, position + 6, int.from_bytes(data[position + 2 : position + 6], "big")
    raise IndexError


def _old_head(data: bytes, position: int) -> tuple[int, int, int]:
    tag, octets = (data[position] >> 2) & 0x0F, 1 << (data[position] & 0x03)
    start = position + 1 + octets
    return tag, start, int.from_bytes(data[position + 1 : start], "big")


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., list[str]]]:
        """Return the filters by name."""
        return {"openpgp_fingerprints": openpgp_fingerprints}
