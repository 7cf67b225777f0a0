"""Teasers as the first page shows them."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from fragment_contract.links import current_link

from . import wording
from .models import Photograph, Teaser
from .pictures import Picture
from .wording import Said


@dataclass(frozen=True, slots=True)
class Shown:
    """A teaser with its picture and where it leads in the language of the page."""

    title: Said
    text: Said
    link_text: Said
    url: str
    picture: Picture | None
    picture_of: str = ""


def shown(*, limit: int) -> list[Shown]:
    """Return the teasers for pages of this language whose time it is, in two queries or four.

    A time that begins or ends shows as soon as cached copies are old: in a minute.
    """
    now = timezone.now()
    rows = list(
        Teaser.objects.filter(
            Q(shown_from=None) | Q(shown_from__lte=now),
            Q(shown_until=None) | Q(shown_until__gt=now),
            locale__in=(Teaser.Language.ALL, wording.locale() or wording.ORIGINAL),
        ).select_related("picture_of")[:limit]
    )
    wording.localise_teasers(rows)
    pictures = _pictures({row.picture_of_id for row in rows if row.picture_of_id})
    return [
        Shown(
            title=_said(row.title),
            text=_said(row.text),
            link_text=_said(row.link_text),
            url=current_link(row.path),
            picture=pictures.get(row.picture_of_id or 0),
            picture_of=row.picture_of.ref if row.picture_of else "",
        )
        for row in rows
    ]


def _pictures(products: set[int]) -> dict[int, Picture]:
    """Return the last picture of each product in its first colour: with ours that in a room."""
    first: dict[int, str] = {}
    last: dict[int, Photograph] = {}
    for photograph in Photograph.objects.filter(product__in=products).order_by("position", "id"):
        colour = first.setdefault(photograph.product_id, photograph.only_for)
        if photograph.only_for in ("", colour):
            last[photograph.product_id] = photograph
    wording.localise_photographs(last.values())
    return {key: photograph.picture for key, photograph in last.items()}


def _said(text: str) -> Said:
    return text if isinstance(text, Said) else Said(text)
