"""Whoever closes the account leaves nothing here: neither words, photos, votes nor reports.

Reviews are not kept without their author: photos and words say more about people than their names.
"""

from . import moderation, votes
from .models import Draft, Report, Review, Vote


def forget(subject: str) -> None:
    """Delete all of a shopper. Each step may be taken again, should one have failed."""
    if not subject:
        return  # Reviews of the demonstration have no author: they are nobody's.
    Draft.objects.filter(subject=subject).delete()
    moderation.delete(Review.objects.filter(subject=subject))
    for key in Vote.objects.filter(subject=subject).values_list("review_id", flat=True):
        votes.take_back(key, subject)
    Report.objects.filter(subject=subject).delete()


def would_lose(subject: str) -> bool:
    """Whether the shop would lose words of a shopper who is forgotten."""
    return Review.objects.filter(subject=subject).exists()
