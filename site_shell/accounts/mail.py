"""Letters to shoppers. Sent beside the answer: its duration would tell who has an account."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Final, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from .models import Shopper

logger = logging.getLogger(__name__)

_post: Final = ThreadPoolExecutor(1, thread_name_prefix="mail")


class ResetTokens(PasswordResetTokenGenerator):
    """Good once, and for PASSWORD_RESET_TIMEOUT: a new password, or a sign-in, ends it.

    Django's types ask for its own User, but any model with a password and a last sign-in will do.
    """

    key_salt = "site_shell.accounts.reset"

    def token_for(self, shopper: Shopper) -> str:
        return self.make_token(cast(User, shopper))

    def is_good(self, shopper: Shopper, token: str) -> bool:
        return self.check_token(cast(User, shopper), token)


RESET_TOKENS: Final = ResetTokens()


def send_reset(shopper: Shopper, mount: str) -> None:
    """The link with which a new password can be chosen."""
    path = f"{mount}account/reset/{shopper.reference}/{RESET_TOKENS.token_for(shopper)}/"
    _send(shopper, _("Choose a new password"), "reset", f"{settings.SITE_ORIGIN}{path}")


def send_changed(shopper: Shopper, mount: str) -> None:
    """The news that somebody, hopefully the shopper, has changed the password."""
    link = f"{settings.SITE_ORIGIN}{mount}account/reset/"
    _send(shopper, _("Your password was changed"), "changed", link)


def flush() -> None:
    """Wait until everything is sent."""
    _post.submit(lambda: None).result()


def _send(shopper: Shopper, subject: str, template: str, link: str) -> None:
    context = {"name": shopper.name, "link": link, "shop": settings.SITE_ORIGIN}
    # Rendered here, in the language of the page.
    text = render_to_string(f"accounts/mail/{template}.txt", context)
    _post.submit(_deliver, subject, text, shopper.email)


def _deliver(subject: str, text: str, address: str) -> None:
    try:
        send_mail(subject, text, None, [address])
    except Exception:
        # Whoever asked is not told, as nobody is told whether there is an account.
        logger.exception("mail was not sent")
