"""What every answer of the shell has, whoever made it: the lane's pages get the same headers."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .composer.conf import runtime
from .composer.request import sane_request_id

Respond = (
    Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]
)


class ShellHeadersMiddleware:
    """Adds the request id and the security headers that an answer does not have yet."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Respond) -> None:
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        # Whatever asks for it further in, a page or an action, gets the same id.
        request_id = sane_request_id(request.headers.get("x-request-id"))
        request.META["HTTP_X_REQUEST_ID"] = request_id
        request.__dict__.pop("headers", None)  # computed from META once, and kept
        answer = self._get_response(request)
        if isinstance(answer, HttpResponseBase):
            return self._complete(answer, request_id)
        return self._complete_later(answer, request_id)

    async def _complete_later(
        self, answer: Awaitable[HttpResponseBase], request_id: str
    ) -> HttpResponseBase:
        return self._complete(await answer, request_id)

    def _complete(self, response: HttpResponseBase, request_id: str) -> HttpResponseBase:
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            # CommonMiddleware counts its bytes, but the length would be that of the page.
            del response["Content-Length"]
        response.headers.setdefault("X-Request-ID", request_id)
        for name, value in runtime().site.security.items():
            response.headers.setdefault(name, value)
        return response
