"""A self-signed certificate for servers on loopback, made by openssl."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from artesian.errors import Unavailable

__all__ = ["Certificate", "NoOpenssl", "make_certificate"]


class NoOpenssl(Unavailable):
    """The program that makes certificates is missing."""

    def __init__(self) -> None:
        super().__init__(
            "openssl is not installed (Debian: apt-get install openssl)", retry_after_s=60
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A self-signed certificate for 127.0.0.1 and localhost, in PEM files.

    Clients trust it by CURL_CA_BUNDLE=file (curl), `--ca-certificate=file` or a line `ca_certificate = file` in the
    file that WGETRC names (wget), SSL_CERT_FILE=file (programs on OpenSSL). BusyBox wget checks no certificates.
    """

    file: Path
    key: Path


def make_certificate(folder: Path) -> Certificate:
    """Make a self-signed certificate in `folder` by openssl; raise NoOpenssl."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise NoOpenssl
    certificate = Certificate(file=folder / "upstream.pem", key=folder / "upstream.key")
    command = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += [
        "-days",
        "30",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=IP:127.0.0.1,DNS:localhost",
    ]
    command += ["-keyout", str(certificate.key), "-out", str(certificate.file)]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)  # noqa: S603 - our own words
    return certificate
