"""Reading carts and orders, and laying what is kept beside what the catalogue says now."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Literal

from django.db.models import Q, QuerySet

from . import carts, pricing
from .catalogue import Catalogue, Offer, Unreachable
from .models import MOST, Cart, Line, Order
from .money import format_money

# Why a line cannot be ordered as it is.
Problem = Literal["", "gone", "sold-out", "short", "currency"]

ORDERS_SHOWN: Final = 50
# For so long an empty checkout reminds of the order that emptied it.
JUST_NOW: Final = timedelta(hours=1)


@dataclass(frozen=True)
class LineView:
    """An article in the cart. Without an offer its price is the last that was known."""

    line: Line
    offer: Offer | None
    problem: Problem

    @property
    def price_minor(self) -> int:
        """What one costs."""
        return self.offer.price_minor if self.offer else self.line.known_minor

    @property
    def price(self) -> str:
        """What one costs, for people."""
        return format_money(self.price_minor, self.line.currency)

    @property
    def total(self) -> str:
        """What all of them cost, for people."""
        return format_money(self.price_minor * self.line.quantity, self.line.currency)

    @property
    def formerly(self) -> str:
        """The price that the shopper saw last, if it was another one."""
        if self.offer is None or self.line.seen_minor == self.price_minor:
            return ""
        return format_money(self.line.seen_minor, self.line.currency)

    @property
    def dearer(self) -> bool:
        """Whether the price has gone up since."""
        return self.price_minor > self.line.seen_minor

    @property
    def most(self) -> int:
        """How many can be asked for; never less than are in the cart, so that forms are valid."""
        stock = self.offer.stock if self.offer else MOST
        return max(self.line.quantity, min(MOST, stock))

    @property
    def counts(self) -> bool:
        """Whether it is in the sum."""
        return self.problem not in ("gone", "sold-out", "currency")


@dataclass(frozen=True)
class CartView:
    """A cart to be shown or ordered. ``is_known`` is false while the catalogue cannot say."""

    key: str
    lines: Sequence[LineView]
    removed: Sequence[Line]
    is_known: bool

    @cached_property
    def count(self) -> int:
        """How many pieces there are."""
        return sum(view.line.quantity for view in self.lines)

    @property
    def currency(self) -> str:
        """Of all sums."""
        return self.lines[0].line.currency if self.lines else "GBP"

    @property
    def can_be_ordered(self) -> bool:
        """Whether a checkout could succeed now."""
        return bool(self.lines) and self.is_known and not self.has_problems

    @property
    def has_problems(self) -> bool:
        """Whether a line cannot be ordered as it is."""
        return any(view.problem for view in self.lines)

    @property
    def refs(self) -> str:
        """The products in it, for whoever recommends more: at most ten, by commas."""
        return ",".join(list(dict.fromkeys(view.line.ref for view in self.lines))[:10])

    def totals(self, method: pricing.Method) -> pricing.Totals:
        """What it costs, sent or collected."""
        bought = [view for view in self.lines if view.counts]
        return pricing.totals(
            [(view.price_minor, view.line.quantity) for view in bought],
            [view.line.delivery for view in bought],
            method,
        )

    @cached_property
    def digest(self) -> str:
        """What a shopper agrees to by ordering, in 32 signs: articles, prices and both totals."""
        lines = sorted((v.line.sku, v.line.quantity, v.price_minor) for v in self.lines)
        sums = [self.totals("delivery").total, self.totals("pickup").total]
        agreed = json.dumps([self.currency, lines, sums])
        return hashlib.sha256(agreed.encode()).hexdigest()[:32]

    def amount(self, minor: int) -> str:
        """An amount in the cart's currency, for people."""
        return format_money(minor, self.currency)

    @property
    def goods(self) -> str:
        """The sum of the lines, for people."""
        return self.amount(self.totals("pickup").goods)

    @property
    def delivery(self) -> "Sum":
        """What it costs when it is sent."""
        return Sum.of(self.totals("delivery"), self.currency)

    @property
    def pickup(self) -> "Sum":
        """What it costs when it is collected."""
        return Sum.of(self.totals("pickup"), self.currency)


@dataclass(frozen=True, slots=True)
class Sum:
    """Totals for people; shipping is empty where it is free."""

    shipping: str
    vat: str
    total: str

    @classmethod
    def of(cls, totals: pricing.Totals, currency: str) -> "Sum":
        """Write totals out."""
        shipping = format_money(totals.shipping, currency) if totals.shipping else ""
        vat, total = (format_money(minor, currency) for minor in (totals.vat, totals.total))
        return cls(shipping, vat, total)


def cart_view(owner: str | None, catalogue: Catalogue) -> CartView:
    """The cart of a visitor beside what the catalogue says now, if it says anything."""
    cart = Cart.objects.filter(owner=owner).first() if owner else None
    if cart is None:
        return CartView("", (), (), True)
    try:
        offers: Mapping[str, Offer] | None = look_up(cart, catalogue)
    except Unreachable:
        offers = None
    return lay_out(cart, offers)


def look_up(cart: Cart, catalogue: Catalogue) -> Mapping[str, Offer]:
    """What the catalogue says of the lines of a cart. Raises Unreachable."""
    skus = cart.lines.filter(quantity__gt=0).values_list("sku", flat=True)
    return catalogue.offers(skus) if skus else {}


def lay_out(cart: Cart, offers: Mapping[str, Offer] | None) -> CartView:
    """Lines beside offers. News of the catalogue is kept, for the day on which it is silent."""
    lines, removed = [], []
    currency = ""
    for line in cart.lines.all():
        if line.quantity == 0:
            removed.append(line)
            continue
        offer = offers.get(line.sku) if offers is not None else None
        if offer is not None and carts.note(line, offer):
            _keep(line)
        currency = currency or line.currency
        problem: Problem = "currency" if line.currency != currency else ""
        if offers is not None and not problem:
            problem = _problem(line, offer)
        lines.append(LineView(line, offer, problem))
    return CartView(str(cart.checkout_key), lines, removed, offers is not None)


def _keep(line: Line) -> None:
    """Save what a line is like, and nothing that a shopper may be changing at the same time."""
    known = ("ref", "name", "label", "path", "delivery", "currency", "known_minor")
    picture = ("image_src", "image_width", "image_height")
    values = {name: getattr(line, name) for name in known + picture}
    Line.objects.filter(pk=line.pk).update(**values)


def _problem(line: Line, offer: Offer | None) -> Problem:
    if offer is None or not offer.offered:
        return "gone"
    if offer.stock == 0:
        return "sold-out"
    return "short" if offer.stock < line.quantity else ""


@dataclass(frozen=True, slots=True)
class Mini:
    """A cart in two words, from what is kept alone: every page shows it.

    As in the cart itself, the first line says in which currency is summed.
    """

    count: int
    total: str


def mini(owner: str | None) -> Mini:
    """How many pieces a visitor has in the cart, and their sum as it was last known."""
    lines = list(Line.objects.filter(cart__owner=owner, quantity__gt=0)) if owner else []
    currency = lines[0].currency if lines else ""
    total = sum(line.known_minor * line.quantity for line in lines if line.currency == currency)
    words = format_money(total, currency) if lines else ""
    return Mini(sum(line.quantity for line in lines), words)


def order_of(owner: str | None, number: str) -> Order | None:
    """An order that was placed, for its shopper and nobody else."""
    return _placed(owner).filter(number=number).prefetch_related("lines").first()


def is_of_an_account(key: uuid.UUID, *, but: str) -> bool:
    """Whether a checkout is that of somebody with an account, and not of ``but``."""
    if Cart.objects.filter(owner=but, checkout_key=key).exists():
        return False
    theirs = Q(checkout_key=key, owner__startswith="user:") & ~Q(owner=but)
    return Order.objects.filter(theirs).exists() or Cart.objects.filter(theirs).exists()


def orders_of(owner: str | None) -> Sequence[Order]:
    """The orders of a shopper, newest first."""
    return list(_placed(owner).prefetch_related("lines")[:ORDERS_SHOWN])


def latest_order(owner: str | None, now: datetime | None = None) -> Order | None:
    """The last order of a shopper; with ``now`` only if it was made within the last hour."""
    found = _placed(owner)
    if now is not None:
        found = found.filter(placed_at__gte=now - JUST_NOW)
    return found.first()


def has_bought(owner: str, ref: str) -> bool:
    """Whether a shopper has ordered a product and not been refused it."""
    return _placed(owner).exclude(state=Order.State.CANCELLED).filter(lines__ref=ref).exists()


def has_ordered(owner: str) -> bool:
    """Whether a shopper has an order that was not cancelled, placed or on its way."""
    return Order.objects.filter(owner=owner).exclude(state=Order.State.CANCELLED).exists()


def _placed(owner: str | None) -> QuerySet[Order]:
    if not owner:
        return Order.objects.none()
    # A cancelled order was placed first if it has the time of that: others never came about.
    return Order.objects.filter(owner=owner, placed_at__isnull=False)
