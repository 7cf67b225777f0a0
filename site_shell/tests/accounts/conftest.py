"""The shell with accounts, and a browser that keeps its cookies."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail as outbox
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from site_shell.accounts import mail
from site_shell.accounts.models import Shopper
from site_shell.accounts.sessions import SESSIONS
from site_shell.composer.conf import forget_runtime

PASSWORD = "lamp-loam-lavender"
EMAIL = "ada@example.com"
OTHER_PASSWORD = "clay-candle-cotton"

Letters = Callable[[], list[Any]]


@pytest.fixture(autouse=True)
def accounts(db: None, settings: LazySettings) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    caches["default"].clear()
    SESSIONS.forget()
    forget_runtime()
    yield
    mail.flush()
    forget_runtime()


@pytest.fixture
def visitor() -> "Browser":
    return Browser()


@pytest.fixture
def ada() -> Shopper:
    return make_shopper()


@pytest.fixture
def letters() -> Letters:
    """What was sent until now."""

    def sent() -> list[Any]:
        mail.flush()
        return list(outbox.outbox)

    return sent


def make_shopper(email: str = EMAIL, **fields: Any) -> Shopper:
    known = {"name": "Ada", "confirmed_at": timezone.now(), **fields}
    shopper = Shopper(email=email, **known)
    shopper.set_password(PASSWORD)
    shopper.save()
    return shopper


class Page:
    """One answer."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status: int = response.status_code
        self.text = unescape(response.content.decode())
        self.location: str = response.headers.get("location", "")

    @property
    def errors(self) -> list[str]:
        """The sentences of the summary."""
        summary = self.text.partition("error-summary")[2].partition("</div>")[0]
        return [re.sub(r"<[^>]+>", "", item) for item in re.findall(r"<li>(.*?)</li>", summary)]

    @property
    def token(self) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.text)
        assert found, self.text
        return found[1]


class Browser:
    """Strict about CSRF, as browsers make Django be."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR="192.0.2.7")

    def get(self, path: str, **headers: str) -> Page:
        return Page(self.client.get(path, headers=headers))

    def fill(self, path: str, form: str | None = None, **fields: str) -> Page:
        """Open the page of a form, and send it."""
        token = self.get(form or path).token
        return Page(self.client.post(path, {"csrfmiddlewaretoken": token, **fields}))

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD, **more: str) -> Page:
        return self.fill("/account/sign-in/", email=email, password=password, **more)

    @property
    def cookie(self) -> str:
        found = self.client.cookies.get("visitor")
        return found.value if found else ""

    @property
    def is_signed_in(self) -> bool:
        return self.get("/account/").status == 200


def register(visitor: Browser, email: str = EMAIL, password: str = OTHER_PASSWORD) -> Page:
    fields = {"name": "Eve", "email": email, "new_password": password}
    return visitor.fill("/account/register/", **fields)


def link_in(letter: Any, last: bool = False) -> str:
    """The path of a link in a letter."""
    found: list[str] = re.findall(r"http://localhost:8000(/\S+)", letter.body)
    return found[-1 if last else 0]
