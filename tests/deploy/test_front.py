"""The files of ``deploy/``: nginx and Caddy accept theirs, and nginx keeps slow and idle clients from the web process."""

from __future__ import annotations

import configparser
import os
import re
import resource
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
REQUIRED = "front" in os.environ.get("WORKHEALTH_REQUIRE", "").split(",")


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if found is None:
        words = f"{name} is not installed; on Debian: apt-get install {name}"
        if REQUIRED:
            pytest.fail(words)
        pytest.skip(words)
    return found


def _free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def _site(folder: Path, ports: dict[str, int]) -> Path:
    """The site as it ships, with this test's ports, certificate and folders."""
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
            ),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    text = (DEPLOY / "nginx/nginx.conf").read_text(encoding="utf-8")
    for old, new in {
        "/etc/ssl/certs/indicators.pem": f"{folder}/cert.pem",
        "/etc/ssl/private/indicators.key": f"{folder}/key.pem",
        "/var/cache/nginx/workhealth": f"{folder}/cache",
        "/var/log/nginx": str(folder),
        "include mime.types;": "",
        "listen 80 default_server": f"listen 127.0.0.1:{ports['plain']} default_server",
        "listen 443 ssl default_server": f"listen 127.0.0.1:{ports['tls']} ssl default_server",
        "127.0.0.1:8050": f"127.0.0.1:{ports['web']}",
        "worker_rlimit_nofile 40000;": "",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    path = folder / "nginx.conf"
    # workers of a server that root starts change to another user, who may not read this folder
    user = "user root;\n" if os.geteuid() == 0 else ""
    path.write_text(f"{user}pid {folder}/nginx.pid;\ndaemon off;\n{text}", encoding="utf-8")
    return path


class _Web(BaseHTTPRequestHandler):
    """A web process that counts what reaches it."""

    seen: list[str] = []  # noqa: RUF012 one list for all requests is what is wanted

    def do_GET(self) -> None:
        self.seen.append(self.path)
        body = b'{"status": "ok"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def front(tmp_path: Path) -> Iterator[dict[str, int]]:
    """nginx with the site that ships before a stub; ports by name."""
    nginx = _program("nginx")
    _program("openssl")
    ports = {name: _free_port() for name in ("plain", "tls", "web")}
    _Web.seen.clear()
    web = ThreadingHTTPServer(("127.0.0.1", ports["web"]), _Web)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    site = _site(tmp_path, ports)
    server = subprocess.Popen([nginx, "-c", str(site)], stderr=subprocess.PIPE)
    try:
        for _ in range(100):
            with socket.socket() as own:
                if own.connect_ex(("127.0.0.1", ports["plain"])) == 0:
                    break
            assert server.poll() is None, server.stderr.read() if server.stderr else ""
            time.sleep(0.05)
        yield ports
    finally:
        server.terminate()
        server.wait(timeout=20)
        web.shutdown()


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _asked(port: int, path: str) -> tuple[int, float]:
    """Status, and seconds until it was there."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(
            f"https://127.0.0.1:{port}{path}", timeout=10, context=_trusting()
        ) as answer:
            answer.read()
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    return status, time.monotonic() - began


def test_nginx_accepts_the_site(tmp_path: Path) -> None:
    nginx = _program("nginx")
    _program("openssl")
    site = _site(tmp_path, {"plain": 8080, "tls": 8443, "web": 8050})
    answer = subprocess.run([nginx, "-t", "-c", str(site)], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("name", ["Caddyfile", "under-a-path.Caddyfile"])
def test_caddy_accepts_the_site(name: str) -> None:
    caddy = _program("caddy")
    answer = subprocess.run(
        [caddy, "adapt", "--config", str(DEPLOY / "caddy" / name), "--adapter", "caddyfile", "--validate"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr


def test_plain_addresses_go_to_tls(front: dict[str, int]) -> None:
    with socket.create_connection(("127.0.0.1", front["plain"]), timeout=5) as own:
        own.sendall(b"GET /map?x=1 HTTP/1.1\r\nHost: indicators.example.gov.uk\r\nConnection: close\r\n\r\n")
        answer = own.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 301 ")
    assert "Location: https://indicators.example.gov.uk/map?x=1" in answer


def test_many_readers_share_one_answer_and_health_is_always_asked(front: dict[str, int]) -> None:
    assert [_asked(front["tls"], "/map")[0] for _ in range(5)] == [200] * 5
    assert [_asked(front["tls"], "/healthz")[0] for _ in range(3)] == [200] * 3
    assert _Web.seen.count("/map") == 1
    assert _Web.seen.count("/healthz") == 3


def test_a_long_body_never_reaches_the_web_process(front: dict[str, int]) -> None:
    request = urllib.request.Request(f"https://127.0.0.1:{front['tls']}/x", data=b"x" * 70_000, method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10, context=_trusting())
    assert refused.value.code == 413
    assert _Web.seen == []


@pytest.mark.slow
def test_slow_and_idle_clients_do_not_matter(front: dict[str, int]) -> None:
    """200 clients that send a letter at a time, and thousands that say nothing; health stays under half a second."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    idle_wanted = min(10_000, most - 1_000)
    clients: list[socket.socket] = []
    try:
        for number in range(200 + idle_wanted):
            own = socket.create_connection(("127.0.0.1", front["tls"]), timeout=5)
            clients.append(own)
            if number < 200:
                own.sendall(b"\x16")  # the first byte of a TLS greeting, and no more
        slowest = max(_asked(front["tls"], "/healthz")[1] for _ in range(5))
        assert slowest <= 0.5, f"{slowest:.2f} s beside {len(clients)} clients"
        assert _Web.seen == ["/healthz"] * 5
    finally:
        for own in clients:
            own.close()


@pytest.mark.parametrize("path", sorted((DEPLOY / "systemd").iterdir()), ids=lambda path: path.name)
def test_units_start_what_there_is(path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path)
    if path.suffix == ".timer":
        assert (path.with_suffix(".service")).is_file()
        return
    command = unit["Service"]["ExecStart"].split()
    assert command[0].startswith("/opt/workhealth/.venv/bin/")
    if "gunicorn" in command:
        assert command[1:4] == ["-OO", "-m", "gunicorn"]
        assert command[command.index("--bind") + 1].startswith("127.0.0.1:")
        assert command[-1] == "app:server"
    else:
        assert command[1:3] == ["-m", "etl"]
        subcommand = command[3]
        assert re.search(rf'command\("{subcommand}"|def {subcommand}\(', _commands()), subcommand


def _commands() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "etl/cli").glob("*.py"))


def test_the_container_is_made_from_what_there_is() -> None:
    text = (DEPLOY / "container/Containerfile").read_text(encoding="utf-8")
    assert "constraints.txt" in text and (ROOT / "constraints.txt").is_file()
    compose = (DEPLOY / "container/compose.yaml").read_text(encoding="utf-8")
    assert "dockerfile: deploy/container/Containerfile" in compose
    # what the command of the proxy replaces is there to be replaced
    site = (DEPLOY / "nginx/nginx.conf").read_text(encoding="utf-8")
    for old in ("127.0.0.1:8050", "/etc/ssl/certs/indicators.pem", "/etc/ssl/private/indicators.key"):
        assert old in compose and old in site
