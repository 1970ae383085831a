"""nginx with ``docs/nginx.conf``, or with a variant of it, in front of a server."""

from __future__ import annotations

import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.servers import free_port

CONF = Path(__file__).parents[2] / "docs" / "nginx.conf"
PATH = "/jobs"
LOCATION, PASS, SET = "location / {", "proxy_pass http://occupations;", 'set $path "";'
PREFIX = 'proxy_set_header X-Forwarded-Prefix "";'


def config(*upstreams: str, ports: dict[str, int], variants: tuple[str, ...] = ()) -> str:
    """Return the file of the documentation with ports and a folder of its own.

    ``variants``: as in ``variant``, and of a path: ``strips``: nginx takes it off, ``forwards``:
    and says so.
    """
    text = variant(*variants)
    changed = {"worker_processes auto": "worker_processes 1", "user www-data;\n": ""}
    changed |= {"pid /run/": "pid ", "path /var/cache/nginx ": "path cache "}
    changed |= {f"listen {port} ": f"listen 127.0.0.1:{mine} " for port, mine in ports.items()}
    servers = "\n".join(f"        server {upstream} max_fails=0;" for upstream in upstreams)
    changed["        server 127.0.0.1:8000 max_fails=0;"] = servers
    if "strips" in variants:
        changed[PASS] = PASS.replace(";", "/;")
    if "forwards" in variants:
        changed[PREFIX] = PREFIX.replace('""', PATH)
    return _replaced(text, changed)


def variant(*marks: str) -> str:
    """Return the file without some marks (tls, cache), or at ``PATH`` of another site (path)."""
    changed = {f"#{mark} ": "" for mark in ("tls", "cache") if mark in marks}
    if "path" in marks:
        changed |= {LOCATION: f"location {PATH}/ {{", SET: f'set $path "{PATH}";'}
    return _replaced(CONF.read_text(), changed)


def _replaced(text: str, changed: dict[str, str]) -> str:
    for old, new in changed.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(
    folder: Path, *upstreams: str, port: int = 0, variants: tuple[str, ...] = ()
) -> Iterator[httpx.Client]:
    """Run nginx in a folder, at a port or any; lend a client: by HTTPS, if that is a variant."""
    port = port or free_port()
    ports = {"80": port}
    trust: ssl.SSLContext | bool = True
    if "tls" in variants:
        ports = {"80": free_port(), "443": port}
        make_certificate(folder)
        trust = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    file = folder / "nginx.conf"
    file.write_text(config(*upstreams, ports=ports, variants=variants))
    command = ["nginx", "-p", str(folder), "-c", str(file), "-g", "daemon off; user root;"]
    scheme = "https" if "tls" in variants else "http"
    log = folder / "log"
    with log.open("wb") as said:  # a pipe that is full would block it
        process = subprocess.Popen(command, stderr=said)
    try:
        with httpx.Client(base_url=f"{scheme}://localhost:{port}", verify=trust) as client:
            deadline = time.monotonic() + 10
            while not _answers(client):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, "nginx did not start"
                time.sleep(0.02)
            yield client
    finally:
        process.terminate()
        process.wait(timeout=10)


def make_certificate(folder: Path) -> None:
    """Make a key and a certificate of localhost, good for a day."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "1", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-addext", "keyUsage=digitalSignature"]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(command, check=True, capture_output=True)


def _answers(client: httpx.Client) -> bool:
    try:
        client.get("/health/live")
    except httpx.TransportError:
        return False
    return True
