# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fingerprint of a key is the one that GnuPG tells; what is no whole key is refused."""

from __future__ import annotations

import base64

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.heatdock.hosts.plugins.filter.openpgp_fingerprints import openpgp_fingerprints

# Made by gpg --quick-generate-key "Somebody <nobody@example.org>" ed25519, its fingerprint told by gpg --fingerprint.
FINGERPRINT = "DA83E64164A62597CB413A0A340765E66A00D418"
KEY = """\
-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawY+wRYJKwYBBAHaRw8BAQdAGMuY2gkeAQNoCJ3zC2c4VD5Fuai9x9qJ5uI3
2jRfLoO0HVNvbWVib2R5IDxub2JvZHlAZXhhbXBsZS5vcmc+iJAEExYIADgWIQTa
g+ZBZKYll8tBOgo0B2XmagDUGAUCawY+wQIbAwULCQgHAgYVCgkICwIEFgIDAQIe
AQIXgAAKCRA0B2XmagDUGIfXAQD3phlkwmfD4i2Imfi/mBZ6PnmxZHG8Cf2QYLo5
r4XLMQEA88slXNLiRczFPNZJ+af+MivcCOfKNcw6PLON5z1l7wY=
=5oLx
-----END PGP PUBLIC KEY BLOCK-----
"""


def armored(packets: bytes) -> str:
    """Put packets into the armor of a key."""
    text = base64.encodebytes(packets).decode()
    return f"-----BEGIN PGP PUBLIC KEY BLOCK-----\nComment: made here\n\n{text}-----END PGP PUBLIC KEY BLOCK-----\n"


def packets() -> bytes:
    """Take the packets of the key out of their armor."""
    lines = KEY.splitlines()
    return base64.b64decode("".join(lines[2:-2]))


def test_fingerprint_of_a_key_is_told() -> None:
    assert openpgp_fingerprints(KEY) == [FINGERPRINT]


def test_each_key_of_a_file_is_told() -> None:
    assert openpgp_fingerprints(f"Keys:\n{KEY}\n{armored(packets() * 2)}") == [FINGERPRINT] * 3


@pytest.mark.parametrize("head", [b"\xc6\x33", b"\xc6\xff\x00\x00\x00\x33"], ids=["one octet", "five octets"])
def test_other_forms_of_length_are_read(head: bytes) -> None:
    body = packets()[2 : 2 + packets()[1]]
    assert len(body) == 0x33
    assert openpgp_fingerprints(armored(head + body)) == [FINGERPRINT]


def test_long_packet_is_read() -> None:
    (fingerprint,) = openpgp_fingerprints(armored(b"\xc6\xc0\x08" + b"\x06" + bytes(199)))
    assert len(fingerprint) == 64


def test_key_of_an_unknown_version_is_passed_over() -> None:
    assert openpgp_fingerprints(armored(b"\xc6\x02\x03\x00")) == []


@pytest.mark.parametrize(
    "text",
    [KEY.replace("\n\nm", "\n\n"), armored(packets()[:-1]), armored(b"\xc6\xe1\x00"), armored(b"\xc6")],
    ids=["a letter lost", "cut off", "partial length", "no length"],
)
def test_damaged_key_is_refused(text: str) -> None:
    with pytest.raises(AnsibleFilterError, match="the key is cut off or damaged; fetch it again"):
        openpgp_fingerprints(text)


def test_page_instead_of_a_key_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="no armored public key; give the key's whole text"):
        openpgp_fingerprints("<html>404</html>")
