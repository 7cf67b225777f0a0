"""What a shopper sends: the form that checks it."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from . import album, darkroom, return_path
from .authorship import Submission
from .models import MOST_PHOTOS, PRODUCT_MAX_LENGTH, PRODUCT_PATTERN, Photo
from .models.photo import ALT_MAX_LENGTH
from .models.review import AUTHOR_MAX_LENGTH, BODY_MAX_LENGTH, TITLE_MAX_LENGTH
from .written import WrittenField

RATINGS: Final = {
    1: _("Poor"),
    2: _("Fair"),
    3: _("Good"),
    4: _("Very good"),
    5: _("Excellent"),
}
# Browsers offer the camera and the gallery for these.
ACCEPT: Final = "image/jpeg,image/png,image/webp,image/avif"


class Exposed(forms.FileField):
    """A file that is a photo, whatever it is called: what comes out is no file any more."""

    def to_python(self, data: "File[bytes] | None") -> Any:
        """Look at the content, and keep the picture alone."""
        file = super().to_python(data)
        return darkroom.develop(file) if file is not None else None


class SubmissionForm(forms.Form):
    """The review form. ``product``, ``return_to`` and ``revision`` come from the page, not from
    typing. ``held`` are the photos that its author has sent already."""

    # What stands for a word that is missing or wrong.
    EMPTY: ClassVar[Mapping[str, Any]] = {"rating": None, "title": "", "body": "", "author": ""}

    most_photos: ClassVar[int] = MOST_PHOTOS
    most_megabytes: ClassVar[int] = darkroom.MOST_BYTES >> 20

    product = forms.RegexField(
        rf"\A{PRODUCT_PATTERN}\Z", max_length=PRODUCT_MAX_LENGTH, widget=forms.HiddenInput
    )
    return_to = forms.CharField(
        max_length=return_path.MAX_LENGTH, strip=False, widget=forms.HiddenInput
    )
    # Which state of an own review was in front of its author; 0 for none.
    revision = forms.IntegerField(
        min_value=0, max_value=1_000_000, required=False, widget=forms.HiddenInput
    )
    rating = forms.TypedChoiceField(
        label=_("Your rating"),
        choices=list(RATINGS.items()),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a rating from 1 to 5 stars."),
            "invalid_choice": _("Choose a rating from 1 to 5 stars."),
        },
    )
    title = WrittenField(
        label=_("Title"),
        max_length=TITLE_MAX_LENGTH,
        widget=forms.TextInput(attrs={"class": "field__input", "autocomplete": "off"}),
        error_messages={"required": _("Give your review a title.")},
    )
    body = WrittenField(
        label=_("Your review"),
        max_length=BODY_MAX_LENGTH,
        widget=forms.Textarea(attrs={"class": "field__input", "rows": 6}),
        help_text=_("What do you like about it, and what not?"),
        error_messages={"required": _("Write what you think of the product.")},
    )
    author = WrittenField(
        label=_("Your name"),
        max_length=AUTHOR_MAX_LENGTH,
        widget=forms.TextInput(attrs={"class": "field__input", "autocomplete": "nickname"}),
        help_text=_("Shown with your review."),
        error_messages={"required": _("Tell us the name to show with your review.")},
    )
    # People do not see this one; programs that fill in every field do.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        initial: dict[str, Any] | None = None,
        held: QuerySet[Photo] | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial, auto_id="review-%s")
        self.held = list(held) if held is not None else []
        for photo in self.held:
            self._describe(f"alt-{photo.pk}", initial=photo.alt)
            self.fields[f"remove-{photo.pk}"] = forms.BooleanField(
                label=_("Remove this photo"), required=False
            )
        for number in range(1, self._offered + 1):
            self.fields[f"photo-{number}"] = Exposed(
                label=_("Photo"),
                required=False,
                widget=forms.FileInput(attrs={"accept": ACCEPT, "class": "reviews-form__file"}),
            )
            self._describe(f"photo-{number}-alt")

    @property
    def _offered(self) -> int:
        # One more than there is room for, in place of a photo that is removed with the same click.
        return max(1, MOST_PHOTOS - len(self.held))

    def _describe(self, name: str, initial: str = "") -> None:
        self.fields[name] = WrittenField(
            label=_("What does it show?"),
            max_length=ALT_MAX_LENGTH,
            required=False,
            initial=initial,
            widget=forms.TextInput(attrs={"class": "field__input", "autocomplete": "off"}),
        )

    def clean_return_to(self) -> str:
        """Accept a path of this site only, so that the answer is no open redirect."""
        return return_path.clean(self.cleaned_data["return_to"])

    def clean(self) -> dict[str, Any]:
        """Count the photos that would be there in the end."""
        kept = sum(not self.cleaned_data.get(f"remove-{photo.pk}") for photo in self.held)
        if kept + len(self.exposures()) > MOST_PHOTOS:
            problem = _("Keep %(most)d photos at most.")
            self.add_error("photo-1", ValidationError(problem, params={"most": MOST_PHOTOS}))
        return self.cleaned_data

    @property
    def room(self) -> int:
        """How many photos fit beside those that stay."""
        removed = self.changes().removed
        return MOST_PHOTOS - sum(photo.pk not in removed for photo in self.held)

    def with_held(self, held: QuerySet[Photo]) -> "SubmissionForm":
        """The same mistakes, with the photos of this form among those that are there."""
        data = {name: value for name, value in self.data.items() if not name.startswith("photo-")}
        data |= {f"alt-{photo.pk}": photo.alt for photo in held}
        form = SubmissionForm(data, held=held)
        form.full_clean()
        for name, problems in self.errors.as_data().items():
            if name.startswith("photo-"):
                form.add_error("photo-1", problems)
        return form

    @property
    def tampering(self) -> str | None:
        """What is wrong with a field that no shopper can have typed, if there is such a one."""
        for name in ("product", "return_to", "revision"):
            if name in self.errors:
                return f"{name}: {self.errors[name][0]}"
        return None

    @property
    def from_a_program(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.cleaned_data["website"])

    def exposures(self) -> tuple[album.Exposure, ...]:
        """The photos among what was sent that can be used."""
        sent = range(1, self._offered + 1)
        return tuple(
            album.Exposure(image, self.cleaned_data.get(f"photo-{number}-alt", ""))
            for number in sent
            if (image := self.cleaned_data.get(f"photo-{number}")) is not None
        )

    def changes(self) -> album.Changes:
        """What becomes of the photos that are there."""
        said = self.cleaned_data
        keys = [photo.pk for photo in self.held]
        return album.Changes(
            alts={key: said[f"alt-{key}"] for key in keys if f"alt-{key}" in said},
            removed=frozenset(key for key in keys if said.get(f"remove-{key}")),
        )

    def submission(self) -> Submission:
        """What a valid form says."""
        said = self.cleaned_data
        return Submission(
            product=said["product"],
            rating=said["rating"],
            title=said["title"],
            body=said["body"],
            author=said["author"],
            language=get_language() or "",
            revision=said["revision"] or 0,
            exposures=self.exposures(),
            changes=self.changes(),
        )

    def typed(self) -> list[BoundField]:
        """The fields for text, in the order of the form."""
        return [self[name] for name in ("title", "body", "author")]

    def shown_photos(self) -> list[tuple[Photo, BoundField, BoundField]]:
        """The photos that are there, each with the fields to describe and to remove it."""
        return [(p, self[f"alt-{p.pk}"], self[f"remove-{p.pk}"]) for p in self.held]

    def new_photos(self) -> list[tuple[BoundField, BoundField]]:
        """The fields for more photos: file and description."""
        numbers = range(1, self._offered + 1)
        return [(self[f"photo-{n}"], self[f"photo-{n}-alt"]) for n in numbers]

    def mistaken(self) -> list[BoundField]:
        """The fields with a mistake that a shopper can mend, in the order of the form."""
        photos = [field for pair in self.new_photos() for field in pair]
        photos += [field for _photo, alt, _remove in self.shown_photos() for field in (alt,)]
        return [field for field in (self["rating"], *self.typed(), *photos) if field.errors]
