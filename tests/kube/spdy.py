"""SPDY/3.1 as far as ``kubectl port-forward`` speaks it: streams with headers, their bytes and their ends, and pings. No I/O.

The frames are those of the SPDY protocol, draft 3.1, sections 2.2 and 2.6; ``moby/spdystream``, which kubectl and kubelets
use, knows no flow control, so neither does this.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

_WORDS: Final = (
    "options|head|post|put|delete|trace|accept|accept-charset|accept-encoding|accept-language|accept-ranges|age|"
    "allow|authorization|cache-control|connection|content-base|content-encoding|content-language|content-length|"
    "content-location|content-md5|content-range|content-type|date|etag|expect|expires|from|host|if-match|"
    "if-modified-since|if-none-match|if-range|if-unmodified-since|last-modified|location|max-forwards|pragma|"
    "proxy-authenticate|proxy-authorization|range|referer|retry-after|server|te|trailer|transfer-encoding|"
    "upgrade|user-agent|vary|via|warning|www-authenticate|method|get|status|200 OK|version|HTTP/1.1|url|public|"
    "set-cookie|keep-alive|origin"
)
_REST: Final = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden"
    "404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable"
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
    "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,"
    "publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)


def _text(text: str) -> bytes:
    return struct.pack("!I", len(text)) + text.encode()


_DICTIONARY: Final = b"".join(map(_text, _WORDS.split("|"))) + _REST.encode()
"""What both sides have compressed before the first header, section 2.6.10.1; a wrong byte, and zlib refuses the first one."""
_CONTROL: Final = 0x8000_0000
_VERSION: Final = 3 << 16
_SYN_STREAM, _SYN_REPLY, _RST_STREAM, _PING = 1, 2, 3, 6
_FIN: Final = 1 << 24


class Opened(NamedTuple):
    """The other side opened a stream; names of headers are in small letters."""

    stream: int
    headers: dict[str, str]


class Data(NamedTuple):
    """Bytes of a stream, its last ones if `last`."""

    stream: int
    data: bytes
    last: bool


class Reset(NamedTuple):
    """The other side wants nothing more of a stream."""

    stream: int


class Ping(NamedTuple):
    """A question that `Frames.pong` answers."""

    number: int


Frame = Opened | Data | Reset | Ping


class Frames:
    """Both directions of one connection."""

    def __init__(self) -> None:
        self._left = b""
        self._inflate, self._deflate = zlib.decompressobj(zdict=_DICTIONARY), zlib.compressobj(zdict=_DICTIONARY)

    def feed(self, chunk: bytes) -> Iterator[Frame]:
        """The frames that are whole with these bytes; kinds that say nothing to us are passed over."""
        self._left += chunk
        while len(self._left) >= 8:
            first, second = struct.unpack_from("!II", self._left)
            end = 8 + (second & 0xFF_FFFF)
            if len(self._left) < end:
                return
            body, self._left = self._left[8:end], self._left[end:]
            if not first & _CONTROL:
                yield Data(first, body, bool(second & _FIN))
            elif (frame := self._control(first & 0xFFFF, body)) is not None:
                yield frame

    def reply(self, stream: int) -> bytes:
        """Take a stream that was opened."""
        block = self._deflate.compress(struct.pack("!I", 0)) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        return _control(_SYN_REPLY, struct.pack("!I", stream) + block)

    def data(self, stream: int, data: bytes, *, last: bool = False) -> bytes:
        """Bytes of a stream, fewer than 16 MiB."""
        return struct.pack("!II", stream, len(data) | (_FIN if last else 0)) + data

    def pong(self, ping: Ping) -> bytes:
        """The answer to a ping: the same."""
        return _control(_PING, struct.pack("!I", ping.number))

    def _control(self, kind: int, body: bytes) -> Frame | None:
        number = int.from_bytes(body[:4], "big")
        if kind == _SYN_STREAM:
            return Opened(number, _headers(self._inflate.decompress(body[10:])))
        if kind == _RST_STREAM:
            return Reset(number)
        return Ping(number) if kind == _PING else None


def _control(kind: int, body: bytes) -> bytes:
    return struct.pack("!II", _CONTROL | _VERSION | kind, len(body)) + body


def _headers(block: bytes) -> dict[str, str]:
    found: list[str] = []
    at = 4
    for _ in range(2 * int.from_bytes(block[:4], "big")):
        size = int.from_bytes(block[at : at + 4], "big")
        found.append(block[at + 4 : at + 4 + size].decode())
        at += 4 + size
    return dict(zip(found[::2], found[1::2], strict=True))
