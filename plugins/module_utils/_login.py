# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a user out of a cloud, in one sentence: settings, credentials, certificates.

PRIVATE to the collection.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import quoted, suggestion

NO_PROJECT = (
    "the credentials name no project; give project_name and project_domain_name, or OS_PROJECT_NAME and "
    "OS_PROJECT_DOMAIN_NAME"
)
_NO_CLOUD = (
    "no cloud is named and OS_AUTH_URL is not set; name one with cloud or OS_CLOUD, or set OS_AUTH_URL and its family"
)
WITHOUT_TRUSTS = (
    "where it is to make a stack it needs a trust, which Keystone may deny an application credential: "
    "use a password then"
)
"""Keystone since 2026 by default (allow_insecure_application_credential_trust_escalation); Heat answers with a 500."""
_REFUSED = {
    "applicationcredential": "check the application credential's ID or name, its secret, and that it has not expired",
    "token": "the token is wrong or has expired, get a new one",
    "trust": "check the trust, and that this is the user whom it was given to",
    "": "check user, password and project, and that the user is enabled and has a role in the project",
}
"""What to do about refused credentials, by their kind."""
_MISSING = {
    "Expecting to find domain": "needs the domain of each name; give user_domain_name and project_domain_name",
    "id or name must be present": "was given no user; give username or OS_USERNAME",
}
"""What Keystone says that a login lacks, and how that is put plainly."""
_NOT_FOUND = 404
_REFUSALS = (401, 403, _NOT_FOUND)
_UNKNOWN_CREDENTIALS = re.compile("Could not (find|recognize)")
"""What Keystone says of credentials that it does not know; another service there says something else."""

URL = re.compile(r"https?://[^\s:/]+(?::\d+)?")
"""The address of a service, without its path."""
_REGION = re.compile(r"Region (\S+) is not a valid region name for cloud (\S+)\. Valid choices are (.+?)\. Please")
_TLS_REASON = re.compile(r"certificate verify failed: (.+?)\.? \(_ssl")
_OTHER_HOST = re.compile("mismatch|not valid for|doesn't match", re.IGNORECASE)
_NO_TLS = re.compile("WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE|record layer failure")
_CUT = re.compile("UNEXPECTED_EOF|EOF occurred|Connection reset")


def is_url(text: str) -> bool:
    """Tell whether it can be the address of a service."""
    return bool(URL.match(text))


def unusable(text: str, cloud: str | None) -> str:
    """Say what is wrong with a cloud's settings, of which the libraries say `text`."""
    if region := _REGION.search(text):
        known = [name.strip() for name in region[3].split(",")]
        return f"region {quoted(region[1])} is not one of cloud {quoted(region[2])}; {suggestion(region[1], known)}"
    if cloud is None and "auth_url" in text:
        return _NO_CLOUD
    return f"the cloud's settings are not usable ({text}); correct clouds.yaml or OS_*"


def refusal(settings: Mapping[str, Any], status: int | None, reason: str) -> str | None:
    """Say why Keystone does not let these settings in; None where it is no matter of theirs."""
    auth_url = settings["auth"]["auth_url"]
    keystone = f"Keystone at {auth_url}"
    if status == _NOT_FOUND and not _UNKNOWN_CREDENTIALS.search(reason):
        return f"no Keystone is at {auth_url}; correct auth_url"
    if status in _REFUSALS:
        return f"{keystone} refused the credentials; {_REFUSED[_kind(settings)]}"
    return next((f"{keystone} {plainly}" for part, plainly in _MISSING.items() if part in reason), None)


def is_delegated(settings: Mapping[str, Any]) -> bool:
    """Tell whether the credentials are an application's, which may do less than their user."""
    return _kind(settings) == "applicationcredential"


def _kind(settings: Mapping[str, Any]) -> str:
    auth_type = str(settings.get("auth_type") or "").replace("_", "")
    if settings["auth"].get("trust_id"):
        return "trust"
    return next(kind for kind in _REFUSED if auth_type.endswith(kind))


def is_cut(text: str) -> bool:
    """Tell whether a TLS connection ended early, which is no matter of certificates, and may pass."""
    return bool(_CUT.search(text))


def distrust(text: str) -> str:
    """Say what is wrong with a TLS connection, of which the libraries say `text`."""
    found = URL.search(text)
    address = found[0] if found else "the cloud"
    reason = _TLS_REASON.search(text)
    why = f" ({reason[1]})" if reason else ""
    if _OTHER_HOST.search(text):
        return f"the TLS certificate of {address} is for another host{why}; correct the address or the certificate"
    if is_cut(text):
        return (
            f"{address} breaks the TLS connection off, as a port without TLS does too; try again, "
            "or write http:// if that is meant"
        )
    if _NO_TLS.search(text):
        return f"{address} answers without TLS; correct the port, or write http:// if that is meant"
    return f"the TLS certificate of {address} is not trusted{why}; give its CA as cacert"


def system_authorities() -> str | None:
    """Find the CAs that the system trusts; None where it has no list of its own."""
    paths = ssl.get_default_verify_paths()
    folder = paths.capath if paths.capath and any(Path(paths.capath).iterdir()) else None
    return paths.cafile or folder
