# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An operator's own certificates are judged before they leave the controller."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._provided_pki import objection

if TYPE_CHECKING:
    from pathlib import Path

NAMES, ADDRESSES = ["web1"], ["203.0.113.5"]


class Authority:
    """A CA, and what it makes."""

    def __init__(self, folder: Path, name: str, issuer: Authority | None = None) -> None:
        """Make its key and certificate."""
        self.folder, self.name = folder, name
        self.make(name, "basicConstraints=critical,CA:TRUE", issuer)

    def make(self, name: str, extensions: str, issuer: Authority | None, days: str = "365") -> None:
        """Make a key and a certificate."""
        (self.folder / "ext").write_text(extensions)
        new = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key"]
        subprocess.run([*new, "-out", f"{name}.csr"], cwd=self.folder, capture_output=True, check=True)
        by = ["-CA", f"{issuer.name}.pem", "-CAkey", f"{issuer.name}.key"] if issuer else ["-signkey", f"{name}.key"]
        sign = ["openssl", "x509", "-req", "-in", f"{name}.csr", *by, "-extfile", "ext", "-out", f"{name}.pem"]
        subprocess.run([*sign, "-days", days], cwd=self.folder, capture_output=True, check=True)

    def text(self, name: str) -> str:
        """Read a file that it made."""
        return (self.folder / name).read_text()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Make a root, one between, servers of both, and some that will not do."""
    folder = tmp_path_factory.mktemp("authority")
    root = Authority(folder, "root")
    between = Authority(folder, "between", root)
    sans = "subjectAltName=DNS:web1,IP:203.0.113.5"
    root.make("server", f"{sans}\nextendedKeyUsage=serverAuth", root)
    root.make("other", f"{sans}\nextendedKeyUsage=serverAuth", root)
    root.make("expired", f"{sans}\nextendedKeyUsage=serverAuth", root, days="-1")
    root.make("elsewhere", "subjectAltName=DNS:web1,IP:203.0.113.9", root)
    root.make("client", f"{sans}\nextendedKeyUsage=clientAuth", root)
    root.make("below", sans, between)
    return root


def given(made: Authority, server: str, key: str = "", chain: str = "") -> dict[str, str]:
    """Return the files of an operator."""
    certificate = made.text(f"{server}.pem") + (made.text(f"{chain}.pem") if chain else "")
    return {"ca": made.text("root.pem"), "server": certificate, "server-key": made.text(f"{key or server}.key")}


def test_what_fits_is_taken(made: Authority) -> None:
    assert objection(given(made, "server"), NAMES, ADDRESSES) == ""
    assert objection(given(made, "below", chain="between"), NAMES, ADDRESSES) == ""


@pytest.mark.parametrize(
    ("server", "key", "sentence"),
    [
        ("server", "other", "docker_engine_pki_key is not the key of docker_engine_pki_certificate; give the one"),
        ("expired", "", "docker_engine_pki_certificate ended on "),
        ("elsewhere", "", 'docker_engine_pki_certificate does not name "203.0.113.5"; have one made that does'),
        ("client", "", "docker_engine_pki_certificate is no server's (extended key usage)"),
        (
            "below",
            "",
            "docker_engine_pki_certificate does not lead to docker_engine_pki_ca; add the certificates between",
        ),
    ],
)
def test_what_does_not_fit_is_said(made: Authority, server: str, key: str, sentence: str) -> None:
    assert objection(given(made, server, key), NAMES, ADDRESSES).startswith(sentence)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("server-key", "", "docker_engine_pki_key is empty, though docker_engine_pki_mode is provided"),
        ("ca", "nonsense", "docker_engine_pki_ca holds no certificate in PEM"),
        ("server-key", "nonsense", "docker_engine_pki_key is no key in PEM without a passphrase"),
        ("trusted", "nonsense", "docker_engine_pki_client_ca holds no certificate in PEM"),
    ],
)
def test_what_is_no_pem_is_said(made: Authority, name: str, value: str, sentence: str) -> None:
    assert objection({**given(made, "server"), name: value}, NAMES, ADDRESSES).startswith(sentence)
