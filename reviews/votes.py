"""Who found which review helpful, and the count of them, which stays true under any load.

A vote belongs to an account, as a review does: a cookie is made with each request that brings none.
Whoever has not signed in has a vote that waits, and is given when he does.
"""

from datetime import datetime, timedelta
from typing import Final, Literal

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from . import purging
from .models import Review, Vote, WaitingVote

Verdict = Literal["counted", "own"]
WAITING_KEPT: Final = timedelta(days=7)
# Of one visitor. People wait with one or two; this is for programs.
_MOST_WAITING: Final = 20
_SHOWN: Final = Review.State.PUBLISHED


class NoSuchReview(LookupError):
    """No published review has that number."""


def give(review_id: int, subject: str) -> Verdict:
    """Count a shopper's vote, once. Raises NoSuchReview.

    The row of the vote decides who counts: of two equal votes at the same time the database
    accepts one, and what the other one added goes with its transaction. The review comes first
    wherever one is written to together with what hangs on it, so that nobody waits in a circle.
    """
    review = (
        Review.objects.only("pk", "subject", "product").filter(pk=review_id, state=_SHOWN).first()
    )
    if review is not None and review.subject == subject:
        return "own"
    try:
        with transaction.atomic():
            shown = Review.objects.filter(pk=review_id, state=_SHOWN)
            if not shown.update(helpful=F("helpful") + 1):
                raise NoSuchReview(f"no published review has the number {review_id}")
            Vote.objects.create(review_id=review_id, subject=subject)
            if review is not None:
                purging.VOTES.changed(review.product)
    except IntegrityError:
        pass  # This shopper's vote is there already.
    return "counted"


def take_back(review_id: int, subject: str) -> None:
    """Uncount a shopper's vote, if there is one."""
    with transaction.atomic():
        review = Review.objects.select_for_update().filter(pk=review_id).first()
        deleted, _ = Vote.objects.filter(review=review_id, subject=subject).delete()
        if deleted:
            Review.objects.filter(pk=review_id).update(helpful=F("helpful") - 1)
        if deleted and review is not None:
            purging.VOTES.changed(review.product)


def keep(review_id: int, visitor: str) -> None:
    """Let a vote wait until its voter has signed in. Raises NoSuchReview."""
    with transaction.atomic():
        # Held, so that it cannot go between this look and the vote.
        shown = Review.objects.select_for_update().filter(pk=review_id, state=_SHOWN)
        if shown.first() is None:
            raise NoSuchReview(f"no published review has the number {review_id}")
        WaitingVote.objects.get_or_create(review_id=review_id, subject=visitor)
        his = WaitingVote.objects.filter(subject=visitor).order_by("-pk")
        too_many = list(his.values_list("pk", flat=True)[_MOST_WAITING:])
        his.filter(pk__in=too_many).delete()


def adopt(former: str, subject: str) -> list[Verdict]:
    """Give what waited for somebody to sign in; what became of each vote."""
    waiting = WaitingVote.objects.filter(subject=former).order_by("pk")
    given = [_handed_in(vote, subject) for vote in waiting]
    return [verdict for verdict in given if verdict is not None]


@transaction.atomic
def _handed_in(waiting: WaitingVote, subject: str) -> Verdict | None:
    """Give one vote, unless its review is gone.

    Of two that hear of the same signing in one gives it: what the voter takes back after that is
    not given again.
    """
    Review.objects.select_for_update().filter(pk=waiting.review_id).first()
    deleted, _ = WaitingVote.objects.filter(pk=waiting.pk).delete()
    try:
        return give(waiting.review_id, subject) if deleted else None
    except NoSuchReview:
        return None  # Taken away while its voter looked for the password.


def forget_waiting(*, now: datetime | None = None) -> int:
    """Delete the votes whose voters never signed in; return how many they were."""
    oldest = (now or timezone.now()) - WAITING_KEPT
    return WaitingVote.objects.filter(created_at__lt=oldest).delete()[0]


def of(subject: str, product: str) -> QuerySet[Vote]:
    """A shopper's votes for the published reviews of a product."""
    mine = Vote.objects.filter(subject=subject, review__product=product, review__state=_SHOWN)
    return mine.select_related("review").order_by("pk")


def helpful_count(review_id: int) -> int:
    """How many find a review helpful now; 0 for one that is gone."""
    found = Review.objects.filter(pk=review_id).values_list("helpful", flat=True).first()
    return found or 0
