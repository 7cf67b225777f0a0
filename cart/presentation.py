"""Orders as templates show them: amounts and places in the words of the active language."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Order, OrderLine
from .money import format_money

STATES: dict[str, str | Promise] = {
    Order.State.PLACED: _("Being packed"),
    Order.State.SENT: _("On its way, or with you"),
    Order.State.CANCELLED: _("Cancelled"),
}


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """An article of an order with its amounts."""

    line: OrderLine
    price: str
    total: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order with its amounts and the lines of the address it goes to."""

    order: Order
    lines: Sequence[OrderLineView]
    goods: str
    shipping: str
    vat: str
    total: str
    address: Sequence[str]
    state: str | Promise

    @property
    def is_collected(self) -> bool:
        """Whether the shopper comes for it."""
        return self.order.method == Order.Method.PICKUP

    @property
    def pieces(self) -> int:
        """How many things it is."""
        return sum(view.line.quantity for view in self.lines)

    @property
    def pictured(self) -> Sequence[OrderLineView]:
        """The first few lines with a picture, for lists."""
        return [view for view in self.lines if view.line.image_src][:4]


def order_view(order: Order) -> OrderView:
    """Write an order out in the active language."""

    def amount(minor: int) -> str:
        return format_money(minor, order.currency)

    lines = [
        OrderLineView(line, amount(line.price_minor), amount(line.total_minor))
        for line in order.lines.all()
    ]
    return OrderView(
        order=order,
        lines=lines,
        goods=amount(order.goods_minor),
        shipping=amount(order.shipping_minor) if order.shipping_minor else "",
        vat=amount(order.vat_minor),
        total=amount(order.total_minor),
        address=_address(order),
        state=STATES.get(order.state, ""),
    )


def _address(order: Order) -> list[str]:
    if order.method == Order.Method.PICKUP:
        return order.store_address.splitlines()
    parts = (order.name, order.street, order.extra, order.city, order.postcode)
    return [part for part in parts if part]


def shop(request: HttpRequest) -> dict[str, str]:
    """Name the shop in every template: titles end with it."""
    return {"shop_name": settings.SHOP_NAME}
