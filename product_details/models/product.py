"""The product: what a page is about."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.text import slugify

from .. import rich_text
from .category import Category
from .facet import Material

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .photograph import Photograph
    from .variant import Variant

HIGHLIGHTS = 8


def next_ref() -> str:
    """Suggest a reference for a new product: the highest of the form ``h1234`` plus one."""
    numbers = [
        int(ref[1:])
        for ref in Product.objects.filter(ref__regex=r"^h[0-9]+$").values_list("ref", flat=True)
    ]
    return f"h{max(numbers, default=1000) + 1}"


def validate_highlights(text: str) -> None:
    """Keep the list of highlights one that a shopper reads."""
    if len(text.splitlines()) > HIGHLIGHTS:
        raise ValidationError(f"Write at most {HIGHLIGHTS} highlights, one per line.")


class Product(models.Model):
    """Something the shop shows, under an address that its reference keeps stable."""

    class State(models.TextChoices):
        """Who can see a product."""

        DRAFT = "draft", "Draft (only editors see it)"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn (shoppers are told that it is gone)"

    class Delivery(models.TextChoices):
        """How a product reaches the shopper; the words are in ``delivery.py``."""

        POST = "post", "By post"
        PARCEL = "parcel", "By parcel service"
        FURNITURE = "furniture", "By two people, to the room"

    class SoldOut(models.TextChoices):
        """What becomes of the page while nothing is in stock; the default keeps it."""

        KEEP = "keep", "Keep it, and say that it is sold out"
        LEAD = "lead", "Lead shoppers to the category meanwhile, and leave it out of lists"
        GONE = "gone", "Answer that it is gone, and leave it out of lists"

    ref = models.CharField(
        "reference",
        max_length=20,
        unique=True,
        default=next_ref,
        validators=[RegexValidator(r"\A[a-z0-9]+\Z", "Use lower-case letters and digits only.")],
        help_text="Part of every address of the product, so it never changes once saved.",
    )
    name = models.CharField(max_length=200)
    slug = models.SlugField(
        max_length=80,
        blank=True,
        help_text="Readable part of the address. Made from the name if left empty; when it"
        " changes, old addresses lead to the new one.",
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    summary = models.CharField(
        max_length=200, help_text="One sentence: for cards, search engines and shared links."
    )
    highlights = models.TextField(
        blank=True, validators=[validate_highlights], help_text="One per line, at most eight."
    )
    description = models.TextField(
        blank=True, help_text="Paragraphs, headings, lists and links. Anything else is removed."
    )
    first_option = models.CharField(
        max_length=40, blank=True, help_text="What variants differ in, such as “Colour”."
    )
    second_option = models.CharField(max_length=40, blank=True, help_text="Such as “Size”.")
    delivery = models.CharField(max_length=10, choices=Delivery, default=Delivery.PARCEL)
    featured = models.BooleanField(
        default=False, help_text="Among the favourites on the home page."
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was first published; the newest come first."
    )
    when_sold_out = models.CharField(
        "page while sold out", max_length=10, choices=SoldOut, default=SoldOut.KEEP
    )
    materials = models.ManyToManyField(Material, blank=True, related_name="products")
    # Told by the service that collects reviews; no editor's business.
    rating_tenths = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="predecessors",
        help_text="Where shoppers who ask for this withdrawn product are led.",
    )

    variants: "RelatedManager[Variant]"
    photographs: "RelatedManager[Photograph]"

    class Meta:
        ordering: ClassVar = ["-featured", "-published_at", "ref"]
        indexes: ClassVar = [models.Index(fields=["state", "category"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.ref})"

    def clean(self) -> None:
        """Refuse a successor that would lead shoppers nowhere."""
        if self.successor is None:
            return
        if self.state != self.State.WITHDRAWN:
            raise ValidationError(
                {"successor": "Only a withdrawn product has one: withdraw it, or leave this empty."}
            )
        if self.successor.pk == self.pk:
            raise ValidationError({"successor": "A product cannot be its own successor."})
        if self.successor.state != self.State.PUBLISHED:
            raise ValidationError(
                {"successor": f"“{self.successor.name}” is not published; choose one that is."}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a slug, a harmless description and the day of first publication."""
        changed = {"slug", "description", "published_at", "updated_at"}
        self.slug = self.slug or slugify(self.name)[:80].strip("-") or self.ref
        self.description = rich_text.clean(self.description)
        if self.state == self.State.PUBLISHED and self.published_at is None:
            self.published_at = timezone.now()
        if fields := kwargs.get("update_fields"):
            kwargs["update_fields"] = {*fields, *changed}
        super().save(*args, **kwargs)
