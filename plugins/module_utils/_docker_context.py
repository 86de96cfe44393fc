# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection: what differs between a wanted docker context and the one the client has."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import dataclass

TLS_FILES = ("ca", "cert", "key")


@dataclass(frozen=True)
class Context:
    """A docker context; TLS material by its SHA-256 only, so that a diff shows no key."""

    endpoint: str
    description: str
    ca: str
    cert: str
    key: str

    def shown(self) -> dict[str, str]:
        """Return the fields for a diff."""
        return {name: getattr(self, name) for name in ("endpoint", "description", *TLS_FILES)}


def digest(content: bytes | None) -> str:
    """Return the digest of a file's content, empty for a file that is not there."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def from_export(archive: bytes) -> Context:
    """Read a context from what `docker context export NAME -` prints."""
    # The client leaves out the padding after the last file and the end mark; tarfile insists on them.
    with tarfile.open(fileobj=io.BytesIO(archive + bytes(2 * tarfile.RECORDSIZE))) as tar:
        files = {member.name: _read(tar, member) for member in tar.getmembers() if member.isfile()}
    meta = json.loads(files["meta.json"])
    tls = {name: digest(files.get(f"tls/docker/{name}.pem")) for name in TLS_FILES}
    endpoint = meta.get("Endpoints", {}).get("docker", {}).get("Host", "")
    return Context(endpoint=endpoint, description=meta.get("Metadata", {}).get("Description", ""), **tls)


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member)
    return stream.read() if stream else b""


def docker_option(endpoint: str, ca: str, cert: str, key: str) -> str:
    """Write the value of --docker, which the client reads as one line of CSV."""
    fields = {"host": endpoint, "ca": ca, "cert": cert, "key": key}
    return ",".join('"{}"'.format(f"{name}={value}".replace('"', '""')) for name, value in fields.items())
