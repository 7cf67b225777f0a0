"""What the shell keeps of shoppers. No public page reads any of it."""

import secrets
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac


def new_reference() -> str:
    """Names a shopper to services: it says nothing, and is never given out twice."""
    return secrets.token_hex(10)


def claim_password(password: str, email: str) -> str:
    """A password as accounts keep it that only claim their address: all those with one salt.

    So whoever signs in is compared with all of them for the price of one, and nobody has to be
    left out because others claim the address as well. Nobody outside can know the salt beforehand.
    """
    salt = salted_hmac("site_shell.accounts.salt", email, algorithm="sha256").hexdigest()[:32]
    return make_password(password, salt)


class Shopper(AbstractBaseUser):
    """Somebody with an account. Has no rights at all: the staff are other people.

    ``provider`` is the issuer who vouches for this person, and ``provider_subject`` whom it means;
    both are empty for those who have a password here.
    """

    reference = models.CharField(max_length=32, unique=True, default=new_reference)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=100, blank=True)
    provider = models.CharField(max_length=200, blank=True)
    provider_subject = models.CharField(max_length=255, blank=True)
    is_active = models.BooleanField(default=True)
    # When a letter to the address was answered; until then others may claim the same one.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # Chosen here, so that no provider's idea of it counts any more.
    has_own_name = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now)
    # Exact to a day, as Session.seen_at is; sweeping.py asks.
    used_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "email",
                condition=models.Q(provider="", confirmed_at__isnull=False),
                name="one_confirmed_account_per_address",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_subject"],
                condition=~models.Q(provider=""),
                name="one_shopper_per_identity",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["used_at"],
                condition=models.Q(provider="", confirmed_at__isnull=True),
                name="claims_by_use",
            ),
            models.Index(
                fields=["email"],
                condition=models.Q(provider="", confirmed_at__isnull=True),
                name="claims_of_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def subject(self) -> str:
        """What services know this person by."""
        return f"user:{self.reference}"

    @property
    def is_unconfirmed(self) -> bool:
        """Whether this account only claims its address."""
        return not self.provider and self.confirmed_at is None

    def set_password(self, raw_password: str | None) -> None:
        """Hash it, as ``claim_password`` does where the address is only claimed."""
        super().set_password(None if self.is_unconfirmed else raw_password)
        if self.is_unconfirmed and raw_password is not None:
            self.password = claim_password(raw_password, self.email)

    @property
    def former(self) -> dict[str, str]:
        """Which service has still to adopt what of which anonymous visitor; the oldest first."""
        pending = self.adoptions.order_by("-pk").values_list("service", "anonymous")
        return dict(pending)


class Session(models.Model):
    """One browser in which somebody is signed in, until the row is gone or it is too late.

    Only a digest of the key is kept: whoever reads the table cannot sign in with it.
    """

    shopper = models.ForeignKey(Shopper, on_delete=models.CASCADE, related_name="sessions")
    digest = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.shopper} since {self.created_at:%Y-%m-%d}"


class Adoption(models.Model):
    """What a service still has to take over for a shopper. Gone when it has."""

    shopper = models.ForeignKey(Shopper, on_delete=models.CASCADE, related_name="adoptions")
    service = models.CharField(max_length=100)
    anonymous = models.CharField(max_length=64)
    tried_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shopper", "service", "anonymous"], name="one_adoption_per_visitor"
            )
        ]

    def __str__(self) -> str:
        return f"{self.anonymous} to {self.shopper} by {self.service}"


class Closure(models.Model):
    """What a service still has to forget of somebody who has closed the account.

    The subject means nobody any more: the shopper is gone from our tables.
    """

    service = models.CharField(max_length=100)
    subject = models.CharField(max_length=64)
    tried_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.subject} by {self.service}"
