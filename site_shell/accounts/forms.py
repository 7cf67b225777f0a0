"""What shoppers type. The browser's own checks are off: ours say more, and say it to all."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .checking import normal
from .models import Shopper
from .names import NameField

# Argon and the like would take long for a novel.
MAX_PASSWORD = 200


class AccountForm(forms.Form):
    """A form whose fields know how to be described to everybody."""

    hints: ClassVar[dict[str, Any]] = {}

    def rows(self) -> list[dict[str, Any]]:
        """What the template needs of each field."""
        found = []
        for bound in self:
            errors, hint = list(bound.errors), self.hints.get(bound.name, "")
            ident = f"account-{bound.name}"
            notes = [f"{ident}-hint"] if hint else []
            notes += [f"{ident}-error"] if errors else []
            attributes: dict[str, str | bool] = {"id": ident, "class": "field__input"}
            if notes:
                attributes["aria-describedby"] = " ".join(notes)
            if errors:
                attributes["aria-invalid"] = "true"
            found.append(
                {
                    "id": ident,
                    "label": bound.label,
                    "hint": hint,
                    "errors": errors,
                    "input": bound.as_widget(attrs=attributes),
                    "is_hidden": bound.is_hidden,
                }
            )
        return found

    @property
    def summary(self) -> list[tuple[str, str]]:
        """All that is wrong: the field's id, or nothing, and the sentence."""
        general = [("", str(error)) for error in self.non_field_errors()]
        return general + [(row["id"], str(error)) for row in self.rows() for error in row["errors"]]


_WRONG_ADDRESS = {
    "required": _("Enter your e-mail address."),
    "invalid": _("Enter an e-mail address like name@example.com."),
}


def _email() -> forms.EmailField:
    return forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        error_messages=_WRONG_ADDRESS,
    )


def _password(label: Any, autocomplete: str, required: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": required},
    )


class SignInForm(AccountForm):
    email = _email()
    password = _password(_("Password"), "current-password", _("Enter your password."))


class NewPassword(AccountForm):
    """A new password; ``shopper`` is whose, because it must not resemble the name."""

    hints: ClassVar = {"new_password": _("At least 8 characters, and not a common one.")}
    new_password = _password(_("New password"), "new-password", _("Choose a password."))

    def __init__(self, *args: Any, shopper: Shopper | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shopper = shopper

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        password = found.get("new_password")
        if password:
            try:
                validate_password(password, cast(User, self.shopper or self.likeness()))
            except ValidationError as error:
                self.add_error("new_password", error)
        return found

    def likeness(self) -> Any:
        """Whom the password must not resemble, where there is no shopper yet."""
        return None


class RegisterForm(NewPassword):
    field_order = ("name", "email", "new_password")
    name = NameField(
        label=_("Name (optional)"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = _email()

    def clean_email(self) -> str:
        return normal(self.cleaned_data["email"])

    def likeness(self) -> Shopper:
        return Shopper(
            email=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("name", "")
        )


class ChangeForm(NewPassword):
    field_order = ("password", "new_password")
    password = _password(_("Present password"), "current-password", _("Enter your password."))


class ResetForm(AccountForm):
    email = _email()


class EmailForm(AccountForm):
    """Another address, by whoever knows the password."""

    field_order = ("password", "email")
    password = _password(_("Present password"), "current-password", _("Enter your password."))
    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages=_WRONG_ADDRESS,
    )

    def clean_email(self) -> str:
        return normal(self.cleaned_data["email"])


class CloseForm(AccountForm):
    """Once more the password, by whoever has one here."""

    password = _password(_("Present password"), "current-password", _("Enter your password."))

    def __init__(self, *args: Any, has_password: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_password:
            del self.fields["password"]


class NameForm(AccountForm):
    name = NameField(
        label=_("Name (optional)"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
