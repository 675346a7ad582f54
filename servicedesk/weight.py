"""How little a page weighs: pages and files are compressed, and a file never changes under its address."""

import hashlib
from pathlib import Path

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = ("text/html", "text/css", "text/javascript", "image/svg+xml")


class Compressed(GZipMiddleware):
    """Compresses pages and files of text that are whole.

    The API is left alone: its ETag names a version exactly, and a compressed answer may have a weak one only. What is
    random in each page, and a CSRF token masked anew each time, keep the length from telling a secret (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, compressed if the browser takes that and it is worth it."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.status_code == 206 or kind not in TEXT or request.path.startswith("/api/"):
            return response
        return super().process_response(request, response)


def edition_of(folder: Path, *others: Path) -> str:
    """A short name for the contents of all files in `folder` and of `others`: it changes when any of them does."""
    digest = hashlib.sha256()
    for path in (*sorted(path for path in folder.rglob("*") if path.is_file()), *others):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]
