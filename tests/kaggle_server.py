"""Kaggle on loopback, as far as a download goes, with the faults that a download may meet."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The client writes whole chunks of 1 MiB, so that a cut leaves one of them to resume from.
CUT_AT = 1_300_000


class KaggleServer(ThreadingHTTPServer):
    """Serves `body` as every data set.

    Faults: none; a status (`401`); `429-once`; `cut`, once, after 1.3 MB; `cut-always`; `stall` after
    1.3 MB; `corrupt`; `not-a-zip`; `hang-up`, without an answer; `busy`, once cut and twice 503 as the
    client resumes.

    Attributes:
        asked: The JSON of each request for a data set.
        authorization: The header of that name of each such request.
        ranges: The header `Range` of each request for bytes.
    """

    daemon_threads = True

    def __init__(self, body):
        super().__init__(("127.0.0.1", 0), Handler)
        self.body, self.fault, self.retry_after = body, "none", "0"
        self.stalled, self.over = threading.Event(), threading.Event()
        self.forget()

    def forget(self):
        self.asked, self.authorization, self.ranges = [], [], []

    @property
    def environment(self):
        """What leads the client here."""
        proxy = f"http://127.0.0.1:{self.server_port}"
        return {"KAGGLE_API_ENVIRONMENT": "LOCALHOST", "http_proxy": proxy, "no_proxy": ""}

    def handle_error(self, request, client_address):
        pass  # a client that was killed


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_POST(self):
        server = self.server
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.endswith("/IntrospectToken"):
            return self.answer(200, {"active": True, "username": "somebody"})
        server.asked.append(json.loads(content))
        server.authorization.append(self.headers.get("Authorization"))
        if server.fault == "hang-up":
            self.close_connection = True
            return None
        if server.fault.isdigit() or (server.fault == "429-once" and len(server.asked) == 1):
            return self.answer(int(server.fault[:3]), {"Retry-After": server.retry_after})
        return self.answer(302, {"Location": f"http://127.0.0.1:{server.server_port}/blob.zip"})

    def do_GET(self):
        server, body = self.server, self.body()
        wanted = self.headers.get("Range")
        server.ranges.append(wanted)
        asked = len(server.ranges)
        if server.fault == "busy" and asked in {3, 4}:
            return self.answer(503, {})
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", '"1"')
        self.end_headers()
        cut = server.fault == "cut-always" or (server.fault in {"cut", "busy"} and asked == 1)
        stop = start + CUT_AT if cut or server.fault == "stall" else len(body)
        with contextlib.suppress(OSError):
            self.wfile.write(body[start:stop])
            if server.fault == "stall":
                server.stalled.set()
                server.over.wait()
        self.close_connection = cut
        return None

    def body(self):
        body = self.server.body
        if self.server.fault == "corrupt":
            middle = len(body) // 2
            return body[:middle] + b"X" * 500 + body[middle + 500 :]
        return b"<html>Please sign in</html>" if self.server.fault == "not-a-zip" else body

    def answer(self, status, content):
        """Answer with JSON; `Location` and `Retry-After` become headers."""
        headers = {name: content.pop(name) for name in ("Location", "Retry-After") if name in content}
        if status >= 400:
            content = {"code": status, "message": f"fault {status}"}
        body = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def serving(body):
    """Run a server in a thread for the length of the block."""
    with KaggleServer(body) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
