"""Other languages: phrases, and telling in every list what is not translated."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from ..models import Phrase
from ..models.translation import Locale
from ..translating import untranslated


class Told(ChangeList):
    """A list whose rows know what they lack in other languages, in few queries for all."""

    def get_results(self, request: HttpRequest) -> None:
        """Look it up for the rows of this page."""
        super().get_results(request)
        for code, language in Locale.choices:
            lacking = untranslated(self.result_list, code)
            for record in self.result_list:
                names = ", ".join(lacking[record.pk])
                told = [*getattr(record, "lacking", ()), f"{language}: {names}" if names else ""]
                record.lacking = [words for words in told if words]


class TranslatedFilter(admin.SimpleListFilter):
    """Narrows a list to what is still to be translated."""

    title = "translation"
    parameter_name = "translated"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what is whole and what is not."""
        return [("no", "Something is missing"), ("yes", "Translated")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the list. Looked up for all: what is missing is spread over many tables."""
        if self.value() not in ("yes", "no"):
            return queryset
        missing: set[int] = set()
        for code in Locale.values:
            lacking = untranslated(queryset.model._default_manager.all(), code)
            missing |= {key for key, names in lacking.items() if names}
        asked = {"pk__in": missing}
        return queryset.filter(**asked) if self.value() == "no" else queryset.exclude(**asked)


class TranslatedAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """A list that says of each row what is not translated; the forms have it side by side."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Let the rows know."""
        return type("ToldList", (Told, super().get_changelist(request, **kwargs)), {})

    @admin.display(description="not translated")
    def lacking(self, record: Model) -> str:
        """Say what is missing, by language."""
        return "; ".join(getattr(record, "lacking", ()))


@admin.register(Phrase)
class PhraseAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """Colours, materials, options and their values, translated once for all products."""

    list_display = ("text", "locale", "translation")
    list_editable = ("translation",)
    list_filter: ClassVar = ("locale",)
    list_per_page = 100
    search_fields = ("text", "translation")
