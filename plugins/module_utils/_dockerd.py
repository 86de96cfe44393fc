# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a dockerd takes a client, and whether it is the right one: a TLS handshake, and nothing more.

PRIVATE to the collection.
"""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE = 15.0
"""Seconds that dockerd may take to come back after a restart."""
LONGEST_ANSWER = 30.0
"""Seconds until a connection or an answer counts as failed; a small host that starts containers takes its time."""
PAUSE = 0.5


@dataclass(frozen=True)
class Answer:
    """How a dockerd met a client."""

    kind: str
    """`taken`, `refused` (the client), `impostor` (not the CA's server), `outdated` (its certificate) or `silent`."""
    reason: str = ""


def ask(endpoint: str, folder: Path, patience: float = PATIENCE) -> Answer:
    """Meet a dockerd as the client whose ca.pem, cert.pem and key.pem a folder holds; wait for one that starts."""
    deadline = time.monotonic() + patience
    while True:
        answer = _meet(endpoint, folder)
        if answer.kind != "silent" or time.monotonic() > deadline:
            return answer
        time.sleep(PAUSE)


def _meet(endpoint: str, folder: Path) -> Answer:
    address = urlsplit(endpoint)
    host = address.hostname or ""
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    # Up to this version the handshake ends only once the server has judged the client.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        with socket.create_connection((host, address.port or 2376), timeout=LONGEST_ANSWER) as plain:
            return _shake_hands(context, plain, host)
    except TimeoutError:
        return Answer("silent", "no answer in time")
    except OSError as error:
        return Answer("silent", error.strerror or str(error))


def _shake_hands(context: ssl.SSLContext, plain: socket.socket, host: str) -> Answer:
    try:
        context.wrap_socket(plain, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        outdated = any(word in error.verify_message for word in ("mismatch", "expired"))
        return Answer("outdated" if outdated else "impostor", error.verify_message)
    except ssl.SSLEOFError:
        return Answer("refused", "the connection was cut")
    except ssl.SSLError as error:
        # No TLS at all is no dockerd of ours.
        kind = "refused" if "ALERT" in (error.reason or "") else "impostor"
        return Answer(kind, (error.reason or str(error)).lower().replace("_", " "))
    except ConnectionError:
        # The refusal's alert is lost where the server had not read all that was sent.
        return Answer("refused", "the connection was cut")
    return Answer("taken")
