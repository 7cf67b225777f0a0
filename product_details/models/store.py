"""The shop's own stores, where shoppers can look around and collect orders."""

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Store(models.Model):
    """A place with an address and opening hours."""

    ref = models.SlugField(
        "reference",
        max_length=40,
        unique=True,
        help_text="Orders to be collected name it, so it never changes once saved.",
    )
    name = models.CharField(max_length=80)
    summary = models.CharField(
        max_length=200, blank=True, help_text="One sentence: what is special about this store."
    )
    street = models.CharField(max_length=120)
    postcode = models.CharField(max_length=12)
    city = models.CharField(max_length=60)
    country = models.CharField(
        max_length=2, default="GB", help_text="Two capitals, such as GB: for search engines."
    )
    telephone = models.CharField(max_length=30, blank=True)
    latitude = models.DecimalField(
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text="Both or none; the link to a map is made of them.",
    )
    longitude = models.DecimalField(
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower comes first.")
    open = models.BooleanField(
        default=True, help_text="Untick for a store that closed: orders may still name it."
    )

    hours: "RelatedManager[OpeningHours]"

    class Meta:
        ordering: ClassVar = ["position", "name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"

    def clean(self) -> None:
        """Refuse half a place on the map."""
        if (self.latitude is None) != (self.longitude is None):
            raise ValidationError({"longitude": "Give latitude and longitude, or neither."})


class OpeningHours(models.Model):
    """From when to when a store is open on a day of the week. A day may have several."""

    class Weekday(models.IntegerChoices):
        """Counted as Python does."""

        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering: ClassVar = ["weekday", "opens"]
        verbose_name_plural = "opening hours"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "weekday", "opens"], name="hours_once_per_store"
            ),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")),
                name="hours_close_after_opening",
                violation_error_message="A store closes after it has opened.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"
