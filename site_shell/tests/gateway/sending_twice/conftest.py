"""A service that counts what it is sent, and browsers that the shell knows."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from fragment_contract.manifest import Action, FragmentInfo
from fragment_contract.testing import FakeFragmentServer, Received, Reply

from ..conftest import FORM, OURS, PATH, TARGET, Response, Shell

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
GO = Reply(status=303, headers={"location": "/cart/", "hx-trigger": '{"review:submitted": {}}'})


@pytest.fixture(autouse=True)
def emptied() -> Iterator[None]:
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture
def service(service: FakeFragmentServer) -> FakeFragmentServer:
    info = FragmentInfo(
        name="reviews/form",
        events=("review:submitted",),
        actions=(
            Action("submit", "/actions/submit"),
            Action("like", "/actions/like"),
            Action("hello", "/actions/hello", identity="required"),
        ),
    )
    service.add_fragment("reviews/form", fragment=info)
    service.respond(TARGET, GO)
    service.respond("/fragments/form/actions/like", GO)
    service.respond("/fragments/form/actions/hello", Reply(status=204))
    return service


class Visitor:
    """A browser that is known."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        answer = shell.send("/actions/reviews/form/hello")
        self.cookie = answer.headers["set-cookie"].partition(";")[0]

    def send(self, body: str = "title=Nice", path: str = PATH, **headers: str) -> Response:
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {**OURS, **FORM, "cookie": self.cookie, **own}
        return self._shell.send(path, body, given)


@pytest.fixture
def ada(shell: Shell) -> Visitor:
    return Visitor(shell)


def sent(service: FakeFragmentServer) -> tuple[Received, ...]:
    return service.requests_for(TARGET)
