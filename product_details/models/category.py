"""The category tree, at most three levels deep."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction

DEPTH = 3
SLUG_LENGTH = 36  # three slugs and a prefix must fit into a surrogate key of 128 characters


class Category(models.Model):
    """A place in the shop, found under ``/categories/<path>/``.

    ``path`` repeats the slugs of the line of parents, so that a subtree is one prefix and an
    address is one lookup; it is kept right by ``save``.
    """

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="Leave empty for a category of the first level. Three levels at most.",
    )
    name = models.CharField(max_length=60)
    slug = models.SlugField(
        max_length=SLUG_LENGTH,
        validators=[
            RegexValidator(r"\A[a-z0-9-]+\Z", "Use lower-case letters, digits and hyphens only.")
        ],
        help_text="The last part of the category's address. The old address keeps working.",
    )
    path = models.CharField(max_length=3 * SLUG_LENGTH + 2, unique=True, editable=False)
    summary = models.CharField(
        max_length=200,
        blank=True,
        help_text="One or two sentences, shown under the heading and by search engines.",
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Lower comes first; equal ones are sorted by name."
    )

    class Meta:
        ordering: ClassVar = ["position", "name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return " › ".join(category.name for category in self.line())

    def line(self) -> list["Category"]:
        """Return the categories from the first level down to this one."""
        line: list[Category] = []
        step: Category | None = self
        while step is not None and step not in line:  # a form may just be proposing a circle
            line.insert(0, step)
            step = step.parent
        return line

    def clean(self) -> None:
        """Refuse what would break the tree, and say what to do instead."""
        if self.parent is not None:
            if self.pk and self.pk in {category.pk for category in self.parent.line()}:
                raise ValidationError(
                    {"parent": f"“{self.parent.name}” lies inside “{self.name}” itself."}
                )
            if len(self.parent.line()) + self._height() > DEPTH:
                raise ValidationError(
                    {
                        "parent": f"The tree has at most {DEPTH} levels; choose a parent"
                        " nearer to the first level."
                    }
                )
        twins = Category.objects.exclude(pk=self.pk).filter(path=self._path())
        if self.slug and twins.exists():
            raise ValidationError(
                {"slug": f"Another category has the address /categories/{self._path()}/."}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; on a change of address carry the subtree along and remember the old paths."""
        before = Category.objects.filter(pk=self.pk).values_list("path", flat=True).first()
        self.path = self._path()
        if fields := kwargs.get("update_fields"):
            kwargs["update_fields"] = {*fields, "path"}
        # Without savepoints, so that all purges of the subtree go out as one.
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)
            # An address in use is nobody's former address.
            FormerCategoryPath.objects.filter(path=self.path).delete()
            if before and before != self.path:
                FormerCategoryPath.objects.update_or_create(
                    path=before, defaults={"category": self}
                )
                for child in self.children.all():
                    child.parent = self
                    child.save()

    def _path(self) -> str:
        return f"{self.parent.path}/{self.slug}" if self.parent else self.slug

    def _height(self) -> int:
        """Count the levels of the subtree that hangs on this category, itself included."""
        top = Category.objects.filter(pk=self.pk).values_list("path", flat=True).first()
        if top is None:
            return 1
        below = Category.objects.filter(path__startswith=f"{top}/").values_list("path", flat=True)
        return 1 + max((path.count("/") - top.count("/") for path in below), default=0)


class FormerCategoryPath(models.Model):
    """An address that a category once had; asking for it leads to where the category is now."""

    path = models.CharField(max_length=3 * SLUG_LENGTH + 2, unique=True)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="former_paths")

    def __str__(self) -> str:
        return self.path
