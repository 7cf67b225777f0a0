"""The shell's end of HTTP/1.1: uvicorn's own, with less trust in what comes.

httptools refuses what two parsers could read in two ways: a Content-Length beside a
Transfer-Encoding, two of either, folded lines, bare line feeds, control characters. What it lets
pass is bounded here:

- a head of any length: 64 KiB are enough for every browser and every proxy
- trailers, which uvicorn appends to the headers: what a proxy took out of a request's head must
  not come back behind its body
"""

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES: Final = 65_536
MAX_HEADERS: Final = 200


class StrictProtocol(HttpToolsProtocol):
    """For uvicorn's ``http``: one per connection."""

    _in_head = False
    _head_bytes = 0

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        """Its head is there, and what follows cannot add to it."""
        self._in_head = False
        if len(self.headers) > MAX_HEADERS:
            raise ValueError(f"{len(self.headers)} headers, more than {MAX_HEADERS}")
        super().on_headers_complete()
        # The scope keeps the list that it has; trailers go into one that nobody reads.
        self.headers = []

    def data_received(self, data: bytes) -> None:
        """Bytes of a request, in any pieces. A head that is too long is answered 400."""
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self.send_400_response("The head of the request is too long.")
