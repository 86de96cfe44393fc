# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an operator's own certificates would do for a host, judged before they leave the controller.

PRIVATE to the collection.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import itertools
from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import listed

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import serialization
    from cryptography.x509.oid import ExtendedKeyUsageOID
except ImportError:
    pass  # the filter says so

VARIABLES = {
    "ca": "docker_engine_pki_ca",
    "server": "docker_engine_pki_certificate",
    "server-key": "docker_engine_pki_key",
    "trusted": "docker_engine_pki_client_ca",
}
"""The variable that each file comes from."""


def objection(pem: Mapping[str, str], names: Sequence[str], addresses: Sequence[str]) -> str:
    """Return why these will not do, in one clause; empty when they will."""
    for name in ("ca", "server", "server-key"):
        if not pem.get(name):
            return f"{VARIABLES[name]} is empty, though docker_engine_pki_mode is provided; give it as PEM or as a path"
    certificates: dict[str, list[x509.Certificate]] = {}
    for name in ("ca", "server", "trusted"):
        try:
            certificates[name] = x509.load_pem_x509_certificates(pem.get(name, pem["ca"]).encode())
        except ValueError:
            return f"{VARIABLES[name]} holds no certificate in PEM; correct it"
    return next(_problems(pem["server-key"], certificates, names, addresses), "")


def _problems(
    key: str, certificates: Mapping[str, list[x509.Certificate]], names: Sequence[str], addresses: Sequence[str]
) -> Iterator[str]:
    server = certificates["server"][0]
    yield from _key_problems(key, server)
    now = dt.datetime.now(dt.UTC)
    for name, found in certificates.items():
        for item in found:
            if item.not_valid_after_utc < now:
                yield f"{VARIABLES[name]} ended on {item.not_valid_after_utc:%Y-%m-%d}; have another one made"
    if not _chain_verifies(certificates["server"], certificates["ca"]):
        yield f"{VARIABLES['server']} does not lead to {VARIABLES['ca']}; add the certificates between them"
    if not _serves(server):
        yield f"{VARIABLES['server']} is no server's (extended key usage); have one made for serverAuth"
    missing = [item for item in (*names, *addresses) if item not in _covered(server, [*names, *addresses])]
    if missing:
        yield f"{VARIABLES['server']} does not name {listed(missing)}; have one made that does"


def _key_problems(key: str, server: x509.Certificate) -> Iterator[str]:
    try:
        private = serialization.load_pem_private_key(key.encode(), password=None)
    except (ValueError, TypeError):
        yield f"{VARIABLES['server-key']} is no key in PEM without a passphrase; correct it"
        return
    if private.public_key() != server.public_key():
        yield f"{VARIABLES['server-key']} is not the key of {VARIABLES['server']}; give the one it was made with"


def _chain_verifies(chain: list[x509.Certificate], roots: list[x509.Certificate]) -> bool:
    """Tell whether each is issued by the next, and the last by one of the roots."""
    issued = all(_issued_by(item, issuer) for item, issuer in itertools.pairwise(chain))
    return issued and any(_issued_by(chain[-1], root) or chain[-1] == root for root in roots)


def _issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False


def _serves(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.SERVER_AUTH in usage


def _covered(certificate: x509.Certificate, wanted: Sequence[str]) -> set[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    dns = {name.lower() for name in names.get_values_for_type(x509.DNSName)}
    addresses = set(names.get_values_for_type(x509.IPAddress))
    return {item for item in wanted if item.lower() in dns or _address(item) in addresses}


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
