"""What somebody did before signing in becomes what his account did.

Every step can be taken again without harm: the shell may ask twice, and any token may still
carry the former identity.
"""

from dataclasses import dataclass
from typing import Literal

from django.db import IntegrityError, transaction

from . import authorship, votes
from .models import Draft, Report


@dataclass(frozen=True, slots=True)
class Adopted:
    """What the shopper should hear of: reviews that were sent now, texts that wait for him, and
    what became of his votes.
    """

    sent: int = 0
    waiting: int = 0
    voted: tuple[votes.Verdict, ...] = ()


def adopt(former: str, subject: str) -> Adopted:
    """Move drafts and reports to an account; complete drafts are sent, and votes are given."""
    sent = waiting = 0
    for key in Draft.objects.filter(subject=former).values_list("pk", flat=True):
        match _handed_on(key, former, subject):
            case "sent":
                sent += 1
            case "waiting":
                waiting += 1
    given = votes.adopt(former, subject)
    for report in Report.objects.filter(subject=former):
        _hand_on(report, subject)
    return Adopted(sent, waiting, tuple(given))


@transaction.atomic
def _handed_on(key: int, former: str, subject: str) -> Literal["sent", "waiting", "gone"]:
    """Hand a draft on; send it if it is complete and replaces nothing.

    Of two that hear of the same signing in, the second one finds nothing to do: what it would
    discard then is what the first one handed on.
    """
    draft = Draft.objects.select_for_update().filter(pk=key, subject=former).first()
    if draft is None:
        return "gone"
    authorship.discard(draft.product, subject)
    Draft.objects.filter(pk=key).update(subject=subject)
    if not draft.is_complete or authorship.own_review(draft.product, subject):
        return "waiting"
    words = {name: getattr(draft, name) for name in authorship.WORDS}
    sent = authorship.Submission(product=draft.product, language=draft.language, **words)
    verdict = authorship.send(subject, sent)
    return "sent" if verdict == "received" else "waiting"


def _hand_on(report: Report, subject: str) -> None:
    try:
        with transaction.atomic():
            Report.objects.filter(pk=report.pk).update(subject=subject)
    except IntegrityError:
        report.delete()  # The account reported the same review before.
