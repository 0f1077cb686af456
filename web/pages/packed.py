"""Text in a quarter of its bytes, for browsers that take it so: gzip, which all of them know.

What is packed must not hold both a secret and what somebody else wrote into it: who sees how long
an answer is, and may try words in it, finds the secret letter by letter (the attack called BREACH).
So only two sorts of answers come here. Files that everybody gets alike hold no secret. The play
page has no form of its own, hence no mark that opens one (`auth.form_mark`), repeats nothing of the
request it answers, and its cookie's token isn't in it; what teammates wrote there stands beside
what its seat may read, and that is a secret for an evening's game alone. Pages with marks go as
they are.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Final

from starlette.responses import Response

VARIES: Final = "Accept-Encoding"
_PAGE_LEVEL: Final = 6
"""Of what is packed for one: half a millisecond. Files are packed once, as small as it goes."""


def taken(headers: Mapping[str, str]) -> bool:
    """Whoever asks with these headers takes gzip."""
    for each in headers.get("accept-encoding", "").split(","):
        name, _, weight = each.replace(" ", "").partition(";")
        if name.lower() == "gzip":
            return weight.rstrip("0.") not in ("q=", "Q=")
    return False


@lru_cache(maxsize=256)
def packed(content: bytes) -> bytes:
    """A file's content, packed: once."""
    return gzip.compress(content, 9, mtime=0)


def tag_of(content: bytes, *, gzipped: bool) -> str:
    """Its ETag: what is packed is another thing than what isn't."""
    return f'"{sha256(content).hexdigest()[:32]}{"-gzip" if gzipped else ""}"'


def text(content: bytes, kind: str, headers: Mapping[str, str]) -> Response:
    """A file's content as an answer to who asks with these headers; `kind`: its media type."""
    gzipped = taken(headers)
    answer = Response(packed(content) if gzipped else content, media_type=kind)
    answer.headers["ETag"] = tag_of(content, gzipped=gzipped)
    if gzipped:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = VARIES
    return answer


def pack_page(answer: Response, headers: Mapping[str, str]) -> Response:
    """The page, packed where it is taken so. Which pages may be: see above."""
    answer.headers["Vary"] = VARIES
    if taken(headers):
        answer.body = gzip.compress(bytes(answer.body), _PAGE_LEVEL, mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Content-Length"] = str(len(answer.body))
    return answer
