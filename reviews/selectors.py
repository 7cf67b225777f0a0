"""What the fragments read: three queries for a page of reviews, however many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, QuerySet

from .models import BEST, Photo, Review

Sort = Literal["newest", "highest", "lowest", "helpful"]

PAGE_SIZE: Final = 10
ORDERS: Final[Mapping[Sort, tuple[str, ...]]] = {
    "newest": ("-created_at", "-pk"),
    "highest": ("-rating", "-created_at", "-pk"),
    "lowest": ("rating", "-created_at", "-pk"),
    "helpful": ("-helpful", "-created_at", "-pk"),
}
# What a page of reviews does not show.
_UNSEEN: Final = ("subject", "refusal", "purchase_asked_at", "revision")


@dataclass(frozen=True, slots=True)
class Rating:
    """What a product is rated, as lists and search engines need it."""

    average_tenths: int | None
    count: int

    @property
    def average(self) -> float | None:
        """The mean rating with one decimal, or None without reviews."""
        return None if self.average_tenths is None else self.average_tenths / 10


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
    def rating(self) -> Rating:
        """The mean, half a tenth rounded up, in whole numbers: floats would disagree."""
        if not self.total:
            return Rating(None, 0)
        points = sum(row.rating * row.count for row in self.rows)
        return Rating((20 * points + self.total) // (2 * self.total), self.total)

    @property
    def average(self) -> float | None:
        """The mean rating with one decimal, or None without reviews."""
        return self.rating.average

    def count_of(self, stars: int) -> int:
        """How many reviews gave these stars; 0 stands for all."""
        return sum(row.count for row in self.rows if stars in (0, row.rating))


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


def rating_of(product: str) -> Rating:
    """What the published reviews of a product rate it."""
    return summarise(product).rating


def page_of_reviews(
    product: str, summary: Summary, *, sort: Sort, page: int, stars: int = 0
) -> Page[Review]:
    """One page of the published reviews, with their photos; beyond the last page is the last one.

    Links to a late page live longer than the reviews on it, so they lead somewhere.
    """
    reviews = _published(product).order_by(*ORDERS[sort]).defer(*_UNSEEN)
    if stars:
        # Within one rating, the best and the worst come by age.
        order = ORDERS[sort] if sort == "helpful" else ORDERS["newest"]
        reviews = reviews.filter(rating=stars).order_by(*order)
    photos = Prefetch("photos", queryset=Photo.objects.order_by("review_id", "pk"))
    paginator = Paginator(reviews.prefetch_related(photos), PAGE_SIZE)
    paginator.count = summary.count_of(stars)  # known already: the database need not count again
    return paginator.get_page(page)


def _published(product: str) -> QuerySet[Review]:
    return Review.objects.filter(product=product, state=Review.State.PUBLISHED)
