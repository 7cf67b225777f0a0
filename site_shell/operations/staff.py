"""Who may come to the desk, and as whom.

Sessions, users and CSRF protection are put around the views that need them, and around nothing
else: no page of the shop ever reads a cookie of the staff, so none varies on it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias, cast

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

View: TypeAlias = Callable[..., HttpResponseBase]

_session = decorator_from_middleware(SessionMiddleware)
_user = decorator_from_middleware(AuthenticationMiddleware)
_messages = decorator_from_middleware(MessageMiddleware)


def with_session(view: View) -> View:
    """Give a view ``request.session``, ``request.user``, messages and CSRF protection."""
    return never_cache(_session(_user(_messages(csrf_protect(view)))))


def staff_only(view: View) -> View:
    """Let only signed-in staff see a view; the others are sent to the sign-in page.

    Brings all that ``with_session`` does. The view's user is ``staff_user(request)``.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and user.is_active:
            if user.is_staff:
                return view(request, *args, **kwargs)
            return refusal(request, "Your account is not one of the staff.")
        return _to_sign_in(request)

    return with_session(guarded)


def staff_user(request: HttpRequest) -> User:
    """The signed-in member of staff, behind ``staff_only``."""
    return cast(User, request.user)


def refusal(request: HttpRequest, sentence: str, *, status: int = 403) -> HttpResponse:
    """A page of the desk that says no."""
    return render(request, "operations/refusal.html", {"sentence": sentence}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What a form without the right token gets; Django logs the reason."""
    sentence = "This form is too old, or it came from another site. Go back, reload and try again."
    return refusal(request, sentence)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    # After a POST one cannot be sent back to where it went: only reading can be repeated.
    is_reading = request.method in {"GET", "HEAD"}
    back = request.get_full_path() if is_reading else settings.LOGIN_REDIRECT_URL
    response = redirect_to_login(back)
    if request.headers.get("hx-request") == "true":
        # Otherwise htmx would put the sign-in page into the middle of the desk.
        return HttpResponse(status=401, headers={"HX-Redirect": response["Location"]})
    return response
