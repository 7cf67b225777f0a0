"""Nobody decides on a text that he has not read: its author may change it at any time."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from unfold.forms import ActionForm

from ..models import Review

CHANGED = "Its author changed this review after you opened it. Read it again before you decide."


class SeenActionForm(ActionForm):  # type: ignore[misc]  # unfold: untyped
    """The actions of a list, with the time at which the list was made."""

    seen_at = forms.CharField(required=False, widget=forms.HiddenInput, label="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_at"].initial = timezone.now().isoformat()


def seen_at(request: HttpRequest) -> datetime:
    """When the list was made that a decision was taken in; a list that does not say is of now."""
    text = request.POST.get("seen_at", "")[:40]
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or timezone.is_naive(found):
        return timezone.now()
    return min(found, timezone.now())


class ReviewForm(forms.ModelForm):  # type: ignore[type-arg]  # a class of stubs alone
    """A review on the desk, which knows what its moderator has read."""

    read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Review
        fields = "__all__"  # noqa: DJ007 -- the admin names them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["read"].initial = self.instance.revision

    def clean(self) -> dict[str, Any]:
        """Refuse a decision on words that have changed."""
        said = super().clean() or {}
        read = said.get("read")
        if self.instance.pk and read is not None and read != self.instance.revision:
            # The next look at this page is at the words of now.
            raise ValidationError(CHANGED)
        return said
