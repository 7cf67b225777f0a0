"""Signing in and out."""

import logging
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import AbstractBaseUser, User
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from ..composer.conf import runtime
from ..composer.staging import COOKIE
from .guessing import Attempt, attempt
from .staff import with_session

logger = logging.getLogger(__name__)


class StaffForm(AuthenticationForm):
    """Name and password; says the same about a wrong name, a wrong password and no staff."""

    attempt: Attempt

    def clean(self) -> dict[str, Any]:
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        self.attempt = attempt(self.cleaned_data.get("username", ""), address)
        if not self.attempt.is_allowed:
            runtime().measures.count("sign_ins_refused", reason="too-many")
            logger.warning("sign-in: too many tries")
            raise ValidationError(
                "Too many tries. Please wait a quarter of an hour.", code="too_many"
            )
        try:
            return super().clean()
        except ValidationError:
            runtime().measures.count("sign_ins_refused", reason="wrong")
            logger.warning("sign-in: refused")
            raise

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Only active staff; the same words as for a wrong password."""
        if not (user.is_active and isinstance(user, User) and user.is_staff):
            raise self.get_invalid_login_error()


class SignIn(LoginView):
    """The sign-in page. Where it leads afterwards is checked by Django to be on this host."""

    template_name = "operations/sign_in.html"
    authentication_form = StaffForm
    redirect_authenticated_user = False

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        assert isinstance(form, StaffForm)
        form.attempt.succeeded()
        logger.warning("sign-in: %s", form.get_user().get_username())
        return super().form_valid(form)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class SignOut(LogoutView):
    """Ends the session, and with it what was staged in it."""

    template_name = "operations/signed_out.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Leaves no cookie behind, which would be refused, and logged, from then on."""
        response = super().post(request, *args, **kwargs)
        response.delete_cookie(COOKIE, samesite="Lax")
        return response


sign_in = with_session(SignIn.as_view())
sign_out = with_session(SignOut.as_view())
