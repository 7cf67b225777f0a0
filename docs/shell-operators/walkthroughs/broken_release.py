"""A release that looks well and fails everybody who comes: for trying out what a shell does.

    python broken_release.py PORT URL

serves the manifest of the fragment at URL under the version 2.0.0, and answers 500 to all else.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit
from urllib.request import urlopen

port, url = int(sys.argv[1]), sys.argv[2].rstrip("/")


class Broken(BaseHTTPRequestHandler):
    """Everything but the manifest is an error."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == f"{urlsplit(url).path}/manifest.json":
            with urlopen(f"{url}/manifest.json") as response:  # noqa: S310 - from whoever starts it
                document = {**json.load(response), "version": "2.0.0"}
            self.answer(200, "application/json", json.dumps(document).encode())
        else:
            self.answer(500, "text/html", b"<p>Sorry.</p>")

    def answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the shell has a log."""


ThreadingHTTPServer(("127.0.0.1", port), Broken).serve_forever()
