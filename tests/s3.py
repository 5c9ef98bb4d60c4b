"""A small S3 on the loopback: what of its interface it takes to keep, read, list and delete files."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

KEY_ID = "AKIDUNION"
WRITTEN = "2020-01-01T00:00:00.000Z"  # when everything was


class Bucket:
    """What is kept: files by path, and the parts of those that are on their way."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.url = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on stderr."""
        logging.getLogger(__name__).debug(format, *args)

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "ETag": '"e"', **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _asked(self) -> tuple[str, dict[str, str], bytes]:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return unquote(parts.path).lstrip("/").partition("/")[2], query, body

    def _is_signed(self) -> bool:
        if f"Credential={KEY_ID}/" in self.headers.get("Authorization", ""):
            return True
        self._answer(403)
        return False

    def do_PUT(self) -> None:
        path, query, body = self._asked()
        if self._is_signed():
            if "uploadId" in query:
                self.bucket.parts[query["uploadId"]][int(query["partNumber"])] = body
            else:
                self.bucket.files[path] = body
            self._answer(200)

    def do_POST(self) -> None:
        path, query, body = self._asked()
        if not self._is_signed():
            return
        if "uploads" in query:
            self.bucket.parts[path] = {}
            self._answer(200, _xml("InitiateMultipartUploadResult", f"<UploadId>{path}</UploadId>"))
        elif "delete" in query:
            keys = re.findall(r"<Key>.*?</Key>", body.decode())
            for key in keys:
                self.bucket.files.pop(key[5:-6], None)
            self._answer(200, _xml("DeleteResult", "".join(f"<Deleted>{key}</Deleted>" for key in keys)))
        else:
            parts = self.bucket.parts.pop(query["uploadId"])
            self.bucket.files[path] = b"".join(parts[number] for number in sorted(parts))
            self._answer(200, _xml("CompleteMultipartUploadResult", "<ETag>e</ETag>"))

    def do_DELETE(self) -> None:
        path, query, _ = self._asked()
        if self._is_signed():
            self.bucket.parts.pop(query.get("uploadId", ""), None)
            if "uploadId" not in query:
                self.bucket.files.pop(path, None)
            self._answer(204)

    def do_GET(self) -> None:
        path, query, _ = self._asked()
        if not self._is_signed():
            return
        if "list-type" in query:
            found = "".join(
                f"<Contents><Key>{escape(key)}</Key><Size>{len(body)}</Size><LastModified>{WRITTEN}</LastModified>"
                "<ETag>e</ETag></Contents>"
                for key, body in self.bucket.files.items()
                if key.startswith(query.get("prefix", ""))
            )
            self._answer(200, _xml("ListBucketResult", f"<IsTruncated>false</IsTruncated>{found}"))
        elif path in self.bucket.files:
            self._answer(200, self.bucket.files[path], Last_Modified="Wed, 01 Jan 2020 00:00:00 GMT")
        else:
            self._answer(404, _xml("Error", "<Code>NoSuchKey</Code>"))


def _xml(name: str, inside: str) -> bytes:
    return f'<?xml version="1.0"?><{name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inside}</{name}>'.encode()


@contextmanager
def s3() -> Iterator[Bucket]:
    """The server with one bucket, until the block ends."""
    bucket = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"bucket": bucket}))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    bucket.url = f"s3://files/union?endpoint=http://127.0.0.1:{server.server_port}"
    try:
        yield bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
