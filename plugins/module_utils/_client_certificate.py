# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's key and certificate for one Docker host.

PRIVATE to the collection.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import traceback
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.heatdock.hosts.plugins.module_utils._replaced_file import replace_file

CRYPTOGRAPHY_IMPORT_ERROR: str | None = None
try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
except ImportError:
    CRYPTOGRAPHY_IMPORT_ERROR = traceback.format_exc()

RENEW_DAYS = 30
"""A certificate that ends sooner is renewed, and warned of where it cannot be."""
FILES = ("ca", "cert", "key")
MODES = {"ca": 0o644, "cert": 0o644, "key": 0o600}
_PEM = re.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")


@dataclass(frozen=True)
class Credentials:
    """What a client shows and trusts, each as PEM; empty where there is none yet."""

    ca: bytes = b""
    cert: bytes = b""
    key: bytes = b""

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the CA's certificate, as the host tells it to Heat."""
        return fingerprint(self.ca) if self.ca else ""

    @property
    def days(self) -> int:
        """How many whole days the client's certificate is still good for."""
        end = x509.load_pem_x509_certificate(self.cert).not_valid_after_utc
        return (end - dt.datetime.now(dt.UTC)).days

    def fits(self) -> bool:
        """Tell whether the certificate is the key's."""
        return _key(self.key).public_key() == x509.load_pem_x509_certificate(self.cert).public_key()

    def objection(self, wanted_ca: str = "") -> str:
        """Say why these will not do, given the fingerprint of the host's CA; empty when they will."""
        missing = [name for name in FILES if not getattr(self, name)]
        if missing:
            return f"{' and '.join(missing)} missing"
        if wanted_ca and self.fingerprint != wanted_ca:
            return "the host has another CA"
        if not self.fits():
            return "the certificate is of another key"
        if self.days >= RENEW_DAYS:
            return ""
        return "the certificate has ended" if self.days < 0 else f"the certificate ends in {self.days} days"


def _key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    return serialization.load_pem_private_key(pem, password=None)  # type: ignore[return-value]  # or another kind


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate in PEM."""
    return x509.load_pem_x509_certificate(certificate).fingerprint(hashes.SHA256()).hex()


def digest(content: bytes) -> str:
    """Return the digest of a file's content, empty for a file that is not there."""
    return hashlib.sha256(content).hexdigest() if content else ""


def read(folder: Path) -> Credentials:
    """Read what a folder holds."""
    paths = {name: folder / f"{name}.pem" for name in FILES}
    return Credentials(**{name: path.read_bytes() for name, path in paths.items() if path.exists()})


def write(folder: Path, before: Credentials, after: Credentials) -> None:
    """Bring a folder from one to the other, each file in one step."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in FILES:
        content = getattr(after, name)
        if content != getattr(before, name):
            replace_file(folder / f"{name}.pem", content, MODES[name])


def new_key() -> bytes:
    """Make a key."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def request(key: bytes, client: str) -> str:
    """Return the signing request of a key, in the client's name."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, client)])
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(_key(key), hashes.SHA256())
    return csr.public_bytes(serialization.Encoding.PEM).decode()


def signed(key: bytes, answer: str) -> Credentials | None:
    """Read what `docker-pki sign` answers: the client's certificate, then the CA's; None when it is something else.

    A terminal between the two ends lines its own way.
    """
    found = [pem.encode() + b"\n" for pem in _PEM.findall(answer.replace("\r", ""))]
    return Credentials(ca=found[1], cert=found[0], key=key) if len(found) == len(("cert", "ca")) else None
