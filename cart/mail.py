"""What shoppers are written to."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .models import Order
from .presentation import order_view

logger = logging.getLogger(__name__)


def confirm(order: Order) -> bool:
    """Tell a shopper that the order is placed; whether it could be done.

    An order stands without its mail: what fails is logged, and settling tries again.
    """
    with translation.override(order.locale or settings.LANGUAGE_CODE):
        text = render_to_string("cart/mail/confirmation.txt", mail_context(order))
        subject = _("Your order %(number)s") % {"number": order.number}
        message = EmailMessage(subject, text, to=[order.email])
        try:
            message.send()
        except (OSError, smtplib.SMTPException, ValueError):
            logger.exception("order %s: no mail could be sent", order.number)
            return False
    Order.objects.filter(pk=order.pk).update(mailed_at=timezone.now())
    return True


def mail_context(order: Order) -> dict[str, object]:
    """What the mail's template reads."""
    german = "de/" if (order.locale or "").startswith("de") else ""
    return {
        "view": order_view(order),
        "shop_name": settings.SHOP_NAME,
        "order_url": f"{settings.SHOP_URL}/{german}orders/{order.number}/",
    }
