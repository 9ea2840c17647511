"""nginx with the site of ``deploy/`` before a web process on this machine, with a certificate of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bench.serving import ROOT

_SITE = ROOT / "deploy" / "nginx" / "nginx.conf"
_LONGEST_START_S = 10.0


def why_not() -> str | None:
    """Why nginx cannot be started here, in words; None where it can."""
    missing = [name for name in ("nginx", "openssl") if _program(name) is None]
    return f"not installed: {', '.join(missing)} (Debian has both)" if missing else None


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def front(web_address: str, folder: Path) -> Iterator[int]:
    """nginx before the web process at ``web_address``; gives its TLS port. ``folder`` takes its files.

    Raises RuntimeError where the site has changed so that its ports and folders are not found, and where nginx does not
    start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    nginx, openssl = _program("nginx"), _program("openssl")
    assert nginx is not None
    assert openssl is not None
    key, certificate = folder / "key.pem", folder / "cert.pem"
    kind = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost")
    subprocess.run(
        [openssl, "req", *kind, "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    plain, tls = _free_port(), _free_port()
    text = _SITE.read_text(encoding="utf-8")
    for old, new in {
        "/etc/ssl/certs/indicators.pem": str(certificate),
        "/etc/ssl/private/indicators.key": str(key),
        "/var/cache/nginx/workhealth": f"{folder}/cache",
        "/var/log/nginx": str(folder),
        "include mime.types;": "",
        "listen 80 default_server": f"listen 127.0.0.1:{plain} default_server",
        "listen 443 ssl default_server": f"listen 127.0.0.1:{tls} ssl default_server",
        "127.0.0.1:8050": urlsplit(web_address).netloc,
        "worker_rlimit_nofile 40000;": "",
    }.items():
        if old not in text:
            raise RuntimeError(f"{_SITE}: {old!r} is gone; name in bench/front.py what stands there now")
        text = text.replace(old, new)
    # workers of a server that root starts change to another user, who may not read this folder
    user = "user root;\n" if os.geteuid() == 0 else ""
    site = folder / "nginx.conf"
    site.write_text(f"{user}pid {folder}/nginx.pid;\ndaemon off;\n{text}", encoding="utf-8")
    process = subprocess.Popen([nginx, "-c", str(site)], stderr=subprocess.PIPE, text=True)
    try:
        started = time.monotonic()
        while True:
            with socket.socket() as own:
                if own.connect_ex(("127.0.0.1", tls)) == 0:
                    break
            if process.poll() is not None or time.monotonic() - started > _LONGEST_START_S:
                said = process.stderr.read() if process.stderr and process.poll() is not None else ""
                raise RuntimeError(f"nginx did not start with {site}: {said}")
            time.sleep(0.05)
        yield tls
    finally:
        process.terminate()
        process.wait(timeout=20)
