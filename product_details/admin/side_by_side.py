"""Words in the languages of the shop, beside the original and in the same form."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, TextField
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from ..models import Phrase
from ..models.translation import Locale
from ..translating import WORDS, rows_of
from .description import DescriptionEditor

_SHARED = "For everything that is called the same. Empty: shown in English."
_OWN = "Empty: shown in English."


def beside(name: str) -> tuple[str, ...]:
    """Return the names of a field and of its translations, for a row of a form.

    >>> beside("summary")
    ('summary', 'summary_de')
    """
    return (name, *(f"{name}_{code}" for code in Locale.values))


def side_by_side(model: type[Model]) -> type["SideBySide"]:
    """Make the form of a model with a field ``name_de`` for each field ``name`` that has words."""
    words, made = WORDS[model], dict[str, Any]()
    for code, language in Locale.choices:
        for name in words.own:
            made[f"{name}_{code}"] = _field(rows_of(model)[0], name, name, code, language, _OWN)
        for name in words.shared:
            label = str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            made[f"{name}_{code}"] = _field(Phrase, "translation", label, code, language, _SHARED)
    made["Meta"] = type("Meta", (), {"model": model, "fields": "__all__"})
    made["__doc__"] = f"A {model._meta.verbose_name}, in all languages."
    return type(f"{model.__name__}SideBySide", (SideBySide,), made)


class SideBySide(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Reads and writes translations along with what they translate.

    What the form did not show, such as a row of a list, is left alone.
    """

    fields: dict[str, forms.Field]
    base_fields: ClassVar[dict[str, forms.Field]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        for code in Locale.values:
            row, phrases = self._row(code), self._phrases(code)
            for name in self._words.own:
                self.initial.setdefault(f"{name}_{code}", getattr(row, name))
            for name in self._words.shared:
                text = getattr(self.instance, name)
                self.initial.setdefault(f"{name}_{code}", phrases.get(text, ""))

    def clean(self) -> dict[str, Any]:
        """Ask of translations what is asked of originals."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for code in Locale.values:
            for name in self._words.own:
                field: Any = rows_of(type(self.instance))[0]._meta.get_field(name)
                try:
                    field.clean(cleaned.get(f"{name}_{code}") or "", None)
                except ValidationError as problem:
                    self.add_error(f"{name}_{code}", problem)
        return cleaned

    def _save_m2m(self) -> None:
        """Write the translations, once there is something that they belong to."""
        super()._save_m2m()  # type: ignore[misc]  # django-stubs do not know it
        for code in Locale.values:
            if own := self._sent(self._words.own, code):
                self._write(self._row(code), own)
            for name, translation in self._sent(self._words.shared, code).items():
                self._say(getattr(self.instance, name), translation, code)

    @property
    def _words(self) -> Any:
        return WORDS[type(self.instance)]

    def _sent(self, names: tuple[str, ...], code: str) -> dict[str, str]:
        """What came of these fields in a language."""
        sent = {}
        for name in names:
            key = f"{name}_{code}"
            widget = self.fields[key].widget if key in self.fields else None
            prefixed = self.add_prefix(key)
            if widget and not widget.value_omitted_from_data(self.data, self.files, prefixed):
                sent[name] = self.cleaned_data.get(key) or ""
        return sent

    def _row(self, code: str) -> Any:
        """The row of own words, or a new one."""
        if not self._words.own:
            return None
        model, link = rows_of(type(self.instance))
        key = {link: self.instance, "locale": code}
        return model._default_manager.filter(**key).first() or model(**key)

    def _phrases(self, code: str) -> dict[str, str]:
        texts = {getattr(self.instance, name) for name in self._words.shared} - {""}
        rows = Phrase.objects.filter(locale=code, text__in=texts) if texts else ()
        return {row.text: row.translation for row in rows}

    def _write(self, row: Any, sent: dict[str, str]) -> None:
        if all(getattr(row, name) == text for name, text in sent.items()):
            return
        for name, text in sent.items():
            setattr(row, name, text)
        if any(getattr(row, name) for name in self._words.own):
            row.save()
        elif row.pk:
            row.delete()

    def _say(self, text: str, translation: str, code: str) -> None:
        row = Phrase.objects.filter(text=text, locale=code).first()
        if row is not None and not translation:
            row.delete()
        elif text and translation and (row is None or row.translation != translation):
            row = row or Phrase(text=text, locale=code)
            row.translation = translation
            row.save()


def _field(
    model: type[Model], name: str, label: str, code: str, language: str, help_text: str
) -> forms.Field:
    field: Any = model._meta.get_field(name)
    widget: forms.Widget = UnfoldAdminTextInputWidget()
    if name == "description":
        widget = DescriptionEditor()
    elif isinstance(field, TextField):
        widget = UnfoldAdminTextareaWidget()
    widget.attrs["lang"] = code  # for the browser's spelling checker
    words = label.replace("_", " ").capitalize() if label == name else label.capitalize()
    made: forms.Field = field.formfield(
        required=False, label=f"{words} ({language})", help_text=help_text, widget=widget
    )
    return made
