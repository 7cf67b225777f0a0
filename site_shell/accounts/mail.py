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

from . import claims
from .checking import MOST_IN_A_LETTER, claimants, owner_of
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


def send_reset(email: str, mount: str) -> None:
    """The link with which a new password can be chosen, if anybody has this address.

    As long as nobody has confirmed it, whoever reads the letter has it: there is a link for each
    account that claims it, since nobody but its reader knows which one is his.
    """
    owner = owner_of(email)
    found = [owner] if owner else list(claimants(email)[:MOST_IN_A_LETTER])
    if not found:
        return
    accounts = [(shopper, _url(_reset_path(shopper, mount))) for shopper in found]
    shopper, link = accounts[0]
    if len(accounts) == 1:
        _send(shopper, _("Choose a new password"), "reset", link)
        return
    _send(shopper, _("Choose a new password"), "choose", "", accounts=accounts)


def send_changed(shopper: Shopper, mount: str) -> None:
    """The news that somebody, hopefully the shopper, has changed the password.

    Not where nobody has answered a letter yet: that would be news for a stranger.
    """
    if shopper.is_unconfirmed:
        return
    link = f"{settings.SITE_ORIGIN}{mount}account/reset/"
    _send(shopper, _("Your password was changed"), "changed", link)


def send_claim(shopper: Shopper, email: str, mount: str) -> None:
    """To an address that an account claims: the link that confirms it.

    Whoever has it already reads how to get in. Nobody else learns which of the two was sent. No
    letter to a stranger has a name in it: anybody could write anything there.
    """
    owner = owner_of(email)
    if owner is None or owner.pk == shopper.pk:
        path = f"{mount}account/confirm/{claims.token_for(shopper, email)}/"
        _send(shopper, _("Confirm your e-mail address"), "confirm", _url(path), to=email, name="")
        return
    link = _url(f"{mount}account/sign-in/")
    reset = _url(_reset_path(owner, mount))
    _send(owner, _("You have an account already"), "exists", link, reset=reset)


def send_moving(shopper: Shopper, email: str, mount: str) -> None:
    """The news, where the account is still, that it is about to have another address."""
    link = _url(f"{mount}account/reset/")
    _send(shopper, _("Your e-mail address is to be changed"), "moving", link, email=email)


def send_moved(shopper: Shopper, former: str, mount: str) -> None:
    """The news, to where the account was, that its address is another one."""
    link = _url(f"{mount}account/")
    _send(shopper, _("Your e-mail address was changed"), "moved", link, to=former)


def send_closed(shopper: Shopper) -> None:
    """The news that the account is gone; the last letter."""
    _send(shopper, _("Your account is closed"), "closed", _url("/"))


def where() -> str:
    """Where letters go that no server carries: to a folder, to the console, or nowhere."""
    if settings.EMAIL_HOST:
        return ""
    return "folder" if settings.EMAIL_FILE_PATH else "console"


def flush() -> None:
    """Wait until everything is sent."""
    _post.submit(lambda: None).result()


def _reset_path(shopper: Shopper, mount: str) -> str:
    return f"{mount}account/reset/{shopper.reference}/{RESET_TOKENS.token_for(shopper)}/"


def _url(path: str) -> str:
    return f"{settings.SITE_ORIGIN}{path}"


def _send(
    shopper: Shopper, subject: str, template: str, link: str, *, to: str = "", **more: object
) -> None:
    # An address that is only claimed may be a stranger's, and anybody could write to him as a name.
    name = "" if shopper.is_unconfirmed else shopper.name
    context = {"name": name, "link": link, "shop": settings.SITE_ORIGIN, **more}
    # Rendered here, in the language of the page.
    text = render_to_string(f"accounts/mail/{template}.txt", context)
    _post.submit(_deliver, subject, text, to or shopper.email)


def _deliver(subject: str, text: str, address: str) -> None:
    try:
        send_mail(subject, text, None, [address])
    except Exception:
        # Whoever asked is not told, as nobody is told whether there is an account.
        logger.exception("mail was not sent")
