"""`multipart/form-data` (RFC 7578) with one file and one word about it, read as it comes and within limits."""

import logging
import re

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from models.kit.errors import ApiCode, ApiError

FORM_DATA = "multipart/form-data"
FILE, PURPOSE = "file", "purpose"
MAX_HEADERS = 8  # of a part
MAX_HEADER = 4096  # bytes: a name of 255 letters, each written in up to 12
MAX_WORD = 100  # bytes
_BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")
_PLAIN = {b"7bit", b"8bit", b"binary"}

logging.getLogger("python_multipart").setLevel(logging.CRITICAL)  # it would repeat what hostile clients send


def _malformed() -> ApiError:
    return ApiError(ApiCode.BAD_USER_INPUT)


class Form:
    """One form on its way in. What the file is called and said to be is not looked at."""

    def __init__(self, content_type: str) -> None:
        """Raises UNSUPPORTED_MEDIA_TYPE for anything else than a form, BAD_USER_INPUT for one without a boundary."""
        media_type, options = parse_options_header(content_type)
        if media_type.decode("latin-1") != FORM_DATA:
            raise ApiError(ApiCode.UNSUPPORTED_MEDIA_TYPE)
        boundary = options.get(b"boundary", b"")
        if not _BOUNDARY.fullmatch(boundary):
            raise _malformed()
        self.complete = False
        self._seen: set[str] = set()
        self._word = b""
        self._part = ""
        self._headers: dict[bytes, bytes] = {}
        self._header = [b"", b""]
        self._file: list[bytes] = []
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_begin": self._begin_header,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._name,
                "on_part_data": self._data,
                "on_end": self._end,
            },
            max_header_count=MAX_HEADERS,
            max_header_size=MAX_HEADER,
        )

    @property
    def purpose(self) -> str | None:
        """What the file is said to be for; None when nothing is said."""
        return self._word.decode("ascii", "replace") if PURPOSE in self._seen else None

    @property
    def has_file(self) -> bool:
        """Whether there is a file, be it empty."""
        return FILE in self._seen

    def feed(self, data: bytes) -> list[bytes]:
        """Take some of the body; what of it belongs to the file. Raises BAD_USER_INPUT for what is not well formed."""
        try:
            self._parser.write(data)
        except FormParserError:
            raise _malformed() from None
        taken, self._file = self._file, []
        return taken

    def _begin(self) -> None:
        self._headers = {}

    def _begin_header(self) -> None:
        self._header = [b"", b""]

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end]

    def _end_header(self) -> None:
        name, value = self._header
        if name.lower() in self._headers:
            raise _malformed()
        self._headers[name.lower()] = value

    def _name(self) -> None:
        """The headers of a part are there: whose they are."""
        kind, options = parse_options_header(self._headers.get(b"content-disposition", b"").decode("latin-1"))
        name = options.get(b"name", b"").decode("latin-1")
        packed = self._headers.get(b"content-transfer-encoding", b"binary").strip().lower() not in _PLAIN
        if kind != b"form-data" or name not in (FILE, PURPOSE) or name in self._seen or packed:
            raise _malformed()
        self._part = name
        self._seen.add(name)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part == FILE:
            self._file.append(data[start:end])
            return
        self._word += data[start:end]
        if len(self._word) > MAX_WORD:
            raise _malformed()

    def _end(self) -> None:
        self.complete = True
