"""The samples of `docs/examples/deployment`, carried out as they stand but for paths and ports."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from documents import DOCS

SAMPLES = DOCS / "examples" / "deployment"
NAME = "labels.example.org"
AROUND = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def nginx():
    """Return the path of nginx, which Debian keeps out of the PATH of most people."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def missing():
    """Return why the proxy's sample cannot be started here, "" where it can."""
    if nginx() is None:
        return "nginx is not installed"
    return "" if shutil.which("openssl") else "openssl is not installed"


def replaced(text, pairs):
    """Return a sample with other paths and ports; each of them stands in it."""
    for old, new in pairs.items():
        assert old in text, old
        text = text.replace(old, str(new))
    return text


@contextmanager
def proxy(folder, http, https, upstream):
    """Serve HTTP and HTTPS on these ports by the sample, in front of servers on these ports."""
    folder.mkdir()
    certificate, key = folder / "site.pem", folder / "site.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", key, "-out",
         certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    servers = "\n".join(f"    server 127.0.0.1:{port};" for port in upstream)
    passed_on = folder / "proxy.conf"
    site = replaced(
        (SAMPLES / "nginx.conf").read_text(encoding="utf-8"),
        {
            "listen 80;": f"listen 127.0.0.1:{http};",
            "listen 443 ssl": f"listen 127.0.0.1:{https} ssl",
            "    server 127.0.0.1:8000;": servers,
            "/etc/ssl/labels.example.org.pem": certificate,
            "/etc/ssl/labels.example.org.key": key,
            "/etc/nginx/annotator-proxy.conf": passed_on,
        },
    )
    (folder / "site.conf").write_text(site, encoding="utf-8")
    shutil.copy(SAMPLES / "annotator-proxy.conf", passed_on)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user), encoding="utf-8")
    words = [nginx(), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    subprocess.run([*words, "-t"], check=True, capture_output=True)
    with subprocess.Popen(words, start_new_session=True) as process:
        try:
            wait_for_file(folder / "nginx.pid", process)
            yield certificate
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def wait_for_file(path: Path, process):
    """Wait until a program has written its number down."""
    end = time.monotonic() + 30
    while not path.exists() or not path.read_text(encoding="ascii").strip():
        assert process.poll() is None, "it ended"
        assert time.monotonic() < end, "it does not start"
        time.sleep(0.02)
