"""Headers that are ready for the wire.

A server writes headers line by line and looks at each value, some microseconds of the forty that
a page at hand costs. Most headers of a page are those of the page before it: their lines are
written once. The shell's server (site_shell/protocol.py) sends them as they are; any other server
sees a sequence of headers like any other.
"""

import re
from collections.abc import Iterable
from typing import Final

Header = tuple[bytes, bytes]

# RFC 9110, 5.6.2 and 5.5; names as HTTP/2 writes them, too.
_LINES: Final = re.compile(rb"(?:[a-z0-9!#$%&'*+.^_`|~-]+: [\t\x20-\x7e\x80-\xff]*\r\n)*")
# The server decides how its connection goes on: RFC 9110, 7.6.1.
_OF_THE_CONNECTION: Final = frozenset(
    {b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade"}
)


class FieldLines(tuple[Header, ...]):
    """Headers, names in lower case, with what they are on the wire: ``lines`` (RFC 9112, 5).

    They cannot be changed, so the lines stay true: who needs others makes another sequence.
    ``length`` is their Content-Length, in bytes. Raises ValueError, with the name of the header,
    for a value that is none, and for headers of the connection.
    """

    lines: bytes
    length: int | None

    def __new__(cls, headers: Iterable[Header] = ()) -> "FieldLines":
        self = super().__new__(cls, headers)
        self.lines, self.length = _written(self)
        return self

    def plus(self, *headers: Header) -> "FieldLines":
        """These, and then those."""
        both = tuple.__new__(FieldLines, (*self, *headers))
        lines, length = _written(headers)
        both.lines = self.lines + lines
        both.length = self.length if length is None else length
        return both


def _written(headers: Iterable[Header]) -> tuple[bytes, int | None]:
    """The lines, and their Content-Length."""
    length = None
    lines = []
    for name, value in headers:
        if name == b"content-length":
            length = int(value)
        elif name in _OF_THE_CONNECTION:
            raise ValueError(f"{name.decode()}: the server's own header")
        lines.append(b"%b: %b\r\n" % (name, value))
    text = b"".join(lines)
    # A value with a line break could be two headers that are each in order.
    if text.count(b"\n") != len(lines) or not _LINES.fullmatch(text):
        bad = next(line for line in lines if line.count(b"\n") != 1 or not _LINES.fullmatch(line))
        raise ValueError(f"no header: {bad[:-2]!r:.200}")
    return text, length
