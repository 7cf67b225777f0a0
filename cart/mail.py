"""What shoppers are written to."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from .models import Order
from .presentation import order_view


def confirmation(order: Order) -> EmailMessage:
    """The letter that says that an order is placed, in the language of the order.

    It has the same Message-ID whenever it is made, so that mail servers and readers know it for
    one letter should it ever go out twice (RFC 5322, 3.6.4).
    """
    host = urlsplit(settings.SHOP_URL).hostname or "localhost"
    with translation.override(order.locale or settings.LANGUAGE_CODE):
        text = render_to_string("cart/mail/confirmation.txt", mail_context(order))
        subject = _("Your order %(number)s") % {"number": order.number}
        headers = {"Message-ID": f"<order-{order.number}@{host}>"}
        return EmailMessage(subject, text, to=[order.email], headers=headers)


def mail_context(order: Order) -> dict[str, object]:
    """What the mail's template reads."""
    german = "de/" if (order.locale or "").startswith("de") else ""
    return {
        "view": order_view(order),
        "shop_name": settings.SHOP_NAME,
        "order_url": f"{settings.SHOP_URL}/{german}orders/{order.number}/",
    }
