"""A SOCKS5 proxy on loopback (RFC 1928) that leads every connection to one port."""

import contextlib
import socket
import socketserver
import threading


class SocksServer(socketserver.ThreadingTCPServer):
    """Attributes: `asked`, the hosts that connections were asked for, as the client named them."""

    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target, self.asked = ("127.0.0.1", port), []


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        _, methods = self.rfile.read(2)
        self.rfile.read(methods)
        self.request.sendall(b"\5\0")  # without a password
        *_, kind = self.rfile.read(4)
        host = self.rfile.read(self.rfile.read(1)[0]) if kind == 3 else self.rfile.read(4)
        self.rfile.read(2)
        self.server.asked.append(host)
        with socket.create_connection(self.server.target) as other:
            self.request.sendall(b"\5\0\0\1" + bytes(6))
            back = threading.Thread(target=_pass_on, args=(other, self.request), daemon=True)
            back.start()
            _pass_on(self.request, other)
            back.join()


def _pass_on(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def socks(port):
    """Run a proxy to a port in a thread for the length of the block."""
    with SocksServer(port) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
