"""What the fragments read: two queries for a page of reviews, however many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from .models import BEST, Review

Sort = Literal["newest", "highest", "lowest"]

PAGE_SIZE: Final = 10
ORDERS: Final[Mapping[Sort, tuple[str, ...]]] = {
    "newest": ("-created_at", "-pk"),
    "highest": ("-rating", "-created_at", "-pk"),
    "lowest": ("rating", "-created_at", "-pk"),
}


@dataclass(frozen=True, slots=True)
class HistogramRow:
    """How many of the reviews gave one rating."""

    rating: int
    count: int
    total: int

    @property
    def percent(self) -> int:
        """The share of all reviews, rounded to whole percent."""
        return round(100 * self.count / self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class Summary:
    """The published reviews of a product in numbers; rows go from the best rating down."""

    rows: tuple[HistogramRow, ...]
    total: int
    synthetic: int

    @property
    def average(self) -> float | None:
        """The mean rating rounded to one decimal, or None without reviews."""
        if not self.total:
            return None
        return round(sum(row.rating * row.count for row in self.rows) / self.total, 1)


def summarise(product: str) -> Summary:
    """Count the published reviews of a product by rating, in one query."""
    groups = (
        _published(product)
        .order_by()
        .values_list("rating", "synthetic")
        .annotate(count=Count("pk"))
    )
    counts = dict.fromkeys(range(BEST, 0, -1), 0)
    synthetic = 0
    for rating, is_synthetic, count in groups:
        counts[rating] += count
        synthetic += count if is_synthetic else 0
    total = sum(counts.values())
    rows = tuple(HistogramRow(rating, count, total) for rating, count in counts.items())
    return Summary(rows=rows, total=total, synthetic=synthetic)


def page_of_reviews(product: str, summary: Summary, *, sort: Sort, page: int) -> Page[Review]:
    """One page of the published reviews; a page beyond the last is the last one.

    Links to a late page live longer than the reviews on it, so they lead somewhere.
    """
    reviews = _published(product).order_by(*ORDERS[sort]).defer("submission")
    paginator = Paginator(reviews, PAGE_SIZE)
    paginator.count = summary.total  # known already: the database need not count again
    return paginator.get_page(page)


def _published(product: str) -> QuerySet[Review]:
    return Review.objects.filter(product=product, state=Review.State.PUBLISHED)
