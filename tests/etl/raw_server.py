"""A server on this machine that answers with exactly the bytes it was given: what no well-behaved server sends."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Sequence
from types import TracebackType


def answer(body: bytes, *headers: str, kind: str = "text/csv", status: str = "200 OK") -> bytes:
    """A whole answer of HTTP/1.1, to be sent as it is or cut anywhere."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class RawServer:
    """Sends each of ``answers`` to one request in turn, then hangs up; ``requests`` are the bytes that came."""

    def __init__(self, answers: Sequence[bytes]) -> None:
        self._answers = answers
        self.requests: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/figures.csv"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # a server that waits for a request which never came is left by waking it
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(timeout=10)

    def _serve(self) -> None:
        for sent in self._answers:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            # a client that has seen enough hangs up first
            with connection, contextlib.suppress(ConnectionError):
                self.requests.append(connection.recv(65_536))
                connection.sendall(sent)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):
                    pass
