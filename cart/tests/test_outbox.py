"""Confirmations reach their shoppers, and keep nobody from ordering."""

import io
import smtplib
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from fragment_contract.testing.crowd import Crowd

from cart import fulfilment, outbox
from cart import mail as letters
from cart.catalogue import catalogue
from cart.models import Letter, Order
from cart.outbox import CLAIM, MOST_TRIES, Delivered, deliver
from cart.payment import payment

from .conftest import ADDRESS, Shopper
from .fake_catalogue import FakeCatalogue

pytestmark = pytest.mark.django_db
State = Letter.State


@dataclass
class MailServer:
    """Speaks as much SMTP as is needed to be believed; says what it is told to say."""

    port: int = 0
    recipient: str = "250 fine"
    received: list[str] = field(default_factory=list)
    is_silent: bool = False
    calls: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def talk(self, wire: Any) -> None:
        self.calls += 1
        if self.is_silent:
            self.ended.wait(30)
            return
        wire.wfile.write(b"220 mail.test\r\n")
        while line := wire.rfile.readline():
            match line.split(b" ")[0].strip().upper():
                case b"RCPT":
                    wire.wfile.write(f"{self.recipient}\r\n".encode())
                case b"DATA":
                    wire.wfile.write(b"354 go on\r\n")
                    lines = iter(wire.rfile.readline, b".\r\n")
                    self.received.append(b"".join(lines).decode())
                    wire.wfile.write(b"250 taken\r\n")
                case b"QUIT":
                    wire.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    wire.wfile.write(b"250 fine\r\n")


@contextmanager
def listening() -> Iterator[MailServer]:
    post = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            post.talk(self)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield post
        post.ended.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def post(settings: LazySettings) -> Iterator[MailServer]:
    """A mail server on a real socket, which the service sends to."""
    with listening() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 5
        yield server


@pytest.fixture
def order(ada: Shopper, shops: FakeCatalogue) -> Order:
    shops.sell("A", name="Tide Vase", price=2450)
    return ada.buy("A", 2)


def letter() -> Letter:
    return Letter.objects.get()


def due() -> Any:
    """The moment of the next try."""
    return letter().due_at


def test_placing_an_order_does_not_speak_to_the_mail_server(
    post: MailServer, ada: Shopper, shops: FakeCatalogue
) -> None:
    post.is_silent = True
    shops.sell("A")
    order = ada.buy("A")
    assert post.calls == 0
    assert order.state == Order.State.PLACED
    assert (letter().order, letter().state, letter().tries) == (order, State.WAITING, 0)


def test_what_is_due_is_sent_once(post: MailServer, order: Order) -> None:
    assert deliver() == Delivered(sent=1)
    assert deliver() == Delivered()
    (received,) = post.received
    assert f"Message-ID: <order-{order.number}@localhost>" in received
    assert f"To: {ADDRESS['email']}" in received
    assert letter().state == State.SENT
    order.refresh_from_db()
    assert order.mailed_at is not None


def test_while_the_server_is_away_the_pauses_grow_and_nothing_is_lost(
    settings: LazySettings, post: MailServer, order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    with listening() as gone:
        pass
    settings.EMAIL_PORT = gone.port
    now, pauses = timezone.now(), []
    for _ in range(4):
        assert deliver(now=now) == Delivered(failed=1)
        assert deliver(now=now) == Delivered(), "not before its time"
        pauses.append(due() - now)
        now = due()
    assert pauses == [timedelta(minutes=count) for count in (1, 2, 4, 8)]
    assert "ConnectionRefusedError" in letter().problem
    assert f"order {order.number}: no mail could be sent" in caplog.text
    settings.EMAIL_PORT = post.port
    assert deliver(now=now) == Delivered(sent=1)
    assert len(post.received) == 1


def test_of_many_letters_one_finds_out_that_the_server_is_away(
    settings: LazySettings, ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=50)
    for _ in range(3):
        ada.buy("A")
    with listening() as gone:
        pass
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", gone.port
    assert deliver() == Delivered(failed=1)
    assert Letter.objects.filter(tries=0).count() == 2


@pytest.mark.parametrize(
    ("said", "state"),
    [("550 no such user", State.GIVEN_UP), ("450 mailbox is busy", State.WAITING)],
)
def test_an_address_that_there_is_not_is_given_up_and_a_busy_one_is_not(
    post: MailServer, order: Order, said: str, state: str
) -> None:
    post.recipient = said
    assert deliver() == Delivered(failed=1)
    assert letter().state == state
    assert said.partition(" ")[2] in letter().problem


def test_a_refused_letter_does_not_keep_the_next_one_back(
    monkeypatch: pytest.MonkeyPatch, ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=50)
    first, second = ada.buy("A"), ada.buy("A")
    real = letters.confirmation

    def broken(order: Order) -> Any:
        if order == first:
            raise ValueError("a template that is broken")
        return real(order)

    monkeypatch.setattr(letters, "confirmation", broken)
    assert deliver() == Delivered(sent=1, failed=1)
    assert second.number in mail.outbox[0].subject
    assert Letter.objects.get(order=first).state == State.WAITING


def test_after_three_days_it_is_given_up_and_seen_to_be(
    monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    monkeypatch.setattr(letters, "confirmation", _refuse)
    began = now = timezone.now()
    for _ in range(MOST_TRIES):
        assert deliver(now=now) == Delivered(failed=1)
        ended, now = now, due()
    assert letter().state == State.GIVEN_UP
    assert timedelta(days=2) < ended - began < timedelta(days=5)
    assert deliver(now=now + timedelta(days=9)) == Delivered()


def _refuse(order: Order) -> Any:
    raise smtplib.SMTPServerDisconnected("gone")


@pytest.mark.django_db(transaction=True)
def test_of_several_senders_one_sends_each_letter(
    crowd: Crowd, ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=50)
    for _ in range(5):
        crowd.one(lambda: ada.buy("A"))
    done = crowd.at_once(*[deliver] * 4)
    assert sum(each.sent for each in done) == 5
    assert len({message.subject for message in mail.outbox}) == len(mail.outbox) == 5


def test_who_dies_with_a_letter_in_hand_keeps_it_only_for_a_while(
    monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    def die(letter: Letter) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_sent", die)
        with pytest.raises(SystemExit):
            deliver()
    now = timezone.now()
    assert deliver(now=now) == Delivered()
    assert deliver(now=now + CLAIM) == Delivered(sent=1)
    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == second, "so that who receives it twice can tell"


def test_an_order_is_not_placed_without_its_promise(
    monkeypatch: pytest.MonkeyPatch, ada: Shopper, shops: FakeCatalogue
) -> None:
    def die(order: Order) -> None:
        raise SystemExit

    shops.sell("A")
    monkeypatch.setattr(outbox, "write", die)
    with pytest.raises(SystemExit):
        ada.buy("A")
    assert Order.objects.get().state == Order.State.RESERVED


def test_what_was_cancelled_meanwhile_is_not_confirmed(order: Order) -> None:
    fulfilment.cancel(Order.objects.all(), catalogue(), payment())
    assert deliver() == Delivered()
    assert (letter().state, mail.outbox) == (State.NOT_NEEDED, [])


def test_the_command_sends_and_says_how_many(order: Order) -> None:
    output = io.StringIO()
    call_command("settle_orders", stdout=output)
    assert output.getvalue() == "orders: 1 confirmed by mail, 0 not yet\n"


def test_the_clerk_sees_what_failed_and_has_it_tried_again(
    client: Client, monkeypatch: pytest.MonkeyPatch, order: Order, post: MailServer
) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "a good password")
    call_command("seed_demo")
    client.force_login(User.objects.get(username="clerk"))
    post.recipient = "550 no such user"
    deliver()
    for path in ("letter/", f"letter/{letter().pk}/change/", f"order/{order.pk}/change/"):
        page = client.get(f"/admin/cart/{path}").content.decode()
        assert "no such user" in page, path
    post.recipient = "250 fine"
    sending = {"action": "try_again", "_selected_action": [letter().pk]}
    client.post("/admin/cart/letter/", sending, follow=True)
    assert deliver() == Delivered(sent=1)
    client.post("/admin/cart/letter/", sending, follow=True)
    assert deliver() == Delivered(), "what was sent stays sent"
    assert client.post(f"/admin/cart/letter/{letter().pk}/delete/").status_code == 403
    assert client.get("/admin/cart/letter/add/").status_code == 403
