"""Documents on their way: compressed where that is wanted, and not sent again to who has them."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers

from ..composer.encoding import SMALL, Coding, PlainStream, accepted, compressed, stream_for
from ..composer.headers import matches


def whole(request: HttpRequest, text: str, content_type: str) -> HttpResponse:
    """A document that is there already."""
    body = text.encode()
    wanted = accepted(request.headers.get("accept-encoding", "identity"))
    is_plain = len(body) < SMALL and "identity" in wanted
    coding: Coding = "identity" if is_plain else wanted[0]
    version = blake2b(body, digest_size=12).hexdigest()
    if answer := _unchanged(request, version, coding):
        return answer
    answer = HttpResponse(compressed(body, coding), content_type=content_type)
    _label(answer, version, coding)
    return answer


def streamed(
    request: HttpRequest, parts: Iterable[bytes], version: str, content_type: str
) -> tuple[HttpResponseBase, Iterator[bytes]]:
    """The answer with a long document, and the parts that it is to be sent in.

    ``version`` is another one whenever the document is.
    """
    stream = stream_for(request.headers.get("accept-encoding", ""))
    if answer := _unchanged(request, version, stream.coding):
        return answer, iter(())
    streaming = StreamingHttpResponse(content_type=content_type)
    _label(streaming, version, stream.coding)
    return streaming, _coded(stream, parts)


def _coded(stream: PlainStream, parts: Iterable[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield stream.parts([part])
    yield stream.end()


def _unchanged(request: HttpRequest, version: str, coding: Coding) -> HttpResponse | None:
    """304 for who has the document, in this coding or as it is."""
    known = request.headers.get("if-none-match")
    for one in (coding, "identity"):
        if matches(known, _etag(version, one)):
            answer = HttpResponse(status=304)
            # Without content, so without a word about it: RFC 9110, 15.4.5.
            del answer["content-type"]
            answer["etag"] = _etag(version, one)
            patch_vary_headers(answer, ["Accept-Encoding"])
            return answer
    return None


def _label(answer: HttpResponseBase, version: str, coding: Coding) -> None:
    answer["etag"] = _etag(version, coding)
    if coding != "identity":
        answer["content-encoding"] = coding
    patch_vary_headers(answer, ["Accept-Encoding"])


def _etag(version: str, coding: str) -> str:
    """Each coding has a validator of its own: RFC 9110, 8.8.3.3."""
    return f'"{version}"' if coding == "identity" else f'"{version}-{coding}"'
