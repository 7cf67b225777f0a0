"""What somebody does with the one review of a product that is his: send, change, withdraw it.

Whoever has not signed in has a draft instead. It waits until he does, and is sent then.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.db import IntegrityError, transaction
from django.utils import timezone

from . import album, moderation, purchases
from .models import Draft, Photo, Review

# What happened: it awaits moderation; nothing, it was there already; nothing yet, since the author
# should know first that it would replace one, or one that he changed elsewhere meanwhile.
Verdict = Literal["received", "unchanged", "exists", "outdated"]
DRAFTS_KEPT: Final = timedelta(days=7)
WORDS: Final = ("rating", "title", "body", "author")


@dataclass(frozen=True, slots=True)
class Submission:
    """A valid form. ``language`` is that of its page, ``revision`` is that of the review it was to
    replace, 0 for none.
    """

    product: str
    rating: int
    title: str
    body: str
    author: str
    language: str = ""
    revision: int = 0
    exposures: tuple[album.Exposure, ...] = ()
    changes: album.Changes = field(default_factory=album.Changes)

    @property
    def words(self) -> dict[str, Any]:
        """What is typed, by the names of the fields."""
        return {name: getattr(self, name) for name in WORDS}


def own_review(product: str, subject: str) -> Review | None:
    """The review that somebody wrote of a product."""
    return Review.objects.filter(product=product, subject=subject).first()


def own_draft(product: str, subject: str) -> Draft | None:
    """What somebody sent, or tried to send, that is no review yet."""
    return Draft.objects.filter(product=product, subject=subject).first()


def send(subject: str, sent: Submission) -> Verdict:
    """Keep a signed-in shopper's review for moderation: the first one, or in place of it.

    Equal requests at the same time make one review: the database accepts one, and the other
    finds it there. What is not taken yet is kept as a draft.
    """
    with album.printed(sent.product, sent.exposures) as prints:
        try:
            return _send(subject, sent, prints)
        except IntegrityError:
            return _send(subject, sent, prints)


@transaction.atomic
def _send(subject: str, sent: Submission, prints: tuple[Photo, ...]) -> Verdict:
    mine = Review.objects.filter(product=sent.product, subject=subject)
    review = mine.select_for_update().first()
    held = album.of_author(sent.product, subject)
    if review is None:
        review = Review.objects.create(
            product=sent.product, subject=subject, language=sent.language, **sent.words
        )
    elif _says(review, sent) and not album.would_change(held, sent.exposures, sent.changes):
        discard(sent.product, subject)
        return "unchanged"
    elif sent.revision != review.revision:
        typed = sent.words | {"language": sent.language}
        _keep(subject, sent.product, typed, prints, sent.changes, is_complete=False)
        return "outdated" if sent.revision else "exists"
    else:
        _rewrite(review, sent)
    album.arrange(review, held, prints, sent.changes)
    discard(sent.product, subject)
    # No writer waits for the cart's answer.
    transaction.on_commit(lambda: purchases.verify(review), robust=True)
    return "received"


def keep(
    subject: str,
    product: str,
    words: dict[str, Any],
    exposures: tuple[album.Exposure, ...],
    changes: album.Changes,
    *,
    is_complete: bool,
) -> None:
    """Keep what somebody typed and the photos that he sent, in place of an earlier draft."""
    with album.printed(product, exposures) as prints, transaction.atomic():
        _keep(subject, product, words, prints, changes, is_complete=is_complete)


def withdraw(product: str, subject: str) -> bool:
    """Delete somebody's review with all that hangs on it; return whether there was one."""
    with transaction.atomic():
        discard(product, subject)
        return moderation.delete(Review.objects.filter(product=product, subject=subject)) > 0


def discard(product: str, subject: str) -> None:
    """Delete somebody's draft."""
    Draft.objects.filter(product=product, subject=subject).delete()


def forget_old_drafts(*, now: datetime | None = None) -> int:
    """Delete the drafts that nobody came back to; return how many they were."""
    oldest = (now or timezone.now()) - DRAFTS_KEPT
    _, deleted = Draft.objects.filter(created_at__lt=oldest).delete()
    return deleted.get(Draft._meta.label, 0)


def _says(review: Review, sent: Submission) -> bool:
    return all(getattr(review, name) == word for name, word in sent.words.items())


def _rewrite(review: Review, sent: Submission) -> None:
    """Other words: what was decided, and answered, was about the former ones."""
    review.language = _language(review, sent)
    for name, word in sent.words.items():
        setattr(review, name, word)
    review.state = Review.State.PENDING
    review.refusal = ""
    review.edited_at = timezone.now()
    review.revision += 1
    # Those alone: the count of votes goes on meanwhile.
    review.save(
        update_fields=[*sent.words, "language", "state", "refusal", "edited_at", "revision"]
    )


def _language(review: Review, sent: Submission) -> str:
    """Who mends a few words writes on in the same language, whatever the page around it is in."""
    before = set(f"{review.title} {review.body}".casefold().split())
    now = set(f"{sent.title} {sent.body}".casefold().split())
    return review.language if 2 * len(before & now) >= len(now) else sent.language


def _keep(
    subject: str,
    product: str,
    words: dict[str, Any],
    prints: tuple[Photo, ...],
    changes: album.Changes,
    *,
    is_complete: bool,
) -> None:
    draft, _ = Draft.objects.update_or_create(
        product=product,
        subject=subject,
        defaults={**words, "is_complete": is_complete, "created_at": timezone.now()},
    )
    held = Photo.objects.filter(draft=draft)
    album.arrange(draft, held, prints, changes)
