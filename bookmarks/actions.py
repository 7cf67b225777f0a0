"""What the browser may ask for, by way of the shell: saving, removing, and coming along."""

import json
from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from fragment_contract import link, visitor, wire

from . import lists
from .models import NAME_MAX_LENGTH, REF_MAX_LENGTH, REF_PATTERN, Shopper

LIST_PATH = "/bookmarks/"


class SetForm(forms.Form):
    """What shall be. No shopper types any of it: what does not fit was not sent by our pages.

    There is no field for whose list is meant. Whoever sends the form is known by the token.
    """

    ref = forms.RegexField(rf"\A{REF_PATTERN}\Z", max_length=REF_MAX_LENGTH)
    name = forms.RegexField(r"\A[^\x00-\x1f\x7f]+\Z", max_length=NAME_MAX_LENGTH)
    state = forms.ChoiceField(choices=[("added", "added"), ("removed", "removed")])


def set_state(request: HttpRequest) -> HttpResponse:
    """Save or remove, from a card or a product page; without script a page says what happened."""
    form = SetForm(request.POST)
    if not form.is_valid():
        return _refused(form)
    try:
        _apply(request, form)
    except lists.ListFull:
        return _list_full(request)
    if _is_htmx(request):
        return _announced(form)
    return render(request, "bookmarks/done.html", {"done": form.cleaned_data})


def set_in_list(request: HttpRequest) -> HttpResponse:
    """Save or remove, from the list itself; without script the list is shown again."""
    form = SetForm(request.POST)
    if not form.is_valid():
        return _refused(form)
    try:
        _apply(request, form)
    except lists.ListFull:
        return _list_full(request)
    if _is_htmx(request):
        return _announced(form)
    answer = _announced(form, HTTPStatus.SEE_OTHER)
    answer["location"] = link(request, LIST_PATH)
    return answer


def adopt_former(request: HttpRequest) -> HttpResponse:
    """Take over what was saved before signing in, and say so."""
    shopper = visitor(request)
    assert shopper is not None  # identity="required"
    moved = lists.adopt(shopper.subject, shopper.former)
    answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
    if moved:
        message = ngettext(
            "%(count)d thing from before is in your bookmarks now.",
            "%(count)d things from before are in your bookmarks now.",
            moved,
        )
        _notify(answer, message % {"count": moved}, "info")
    return answer


def forget(request: HttpRequest) -> HttpResponse:
    """Delete all that was saved by a shopper who has closed the account; again does no harm."""
    shopper = visitor(request)
    assert shopper is not None  # identity="required"
    Shopper.objects.filter(subject=shopper.subject).delete()
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _apply(request: HttpRequest, form: SetForm) -> None:
    shopper = visitor(request)
    assert shopper is not None  # identity="required"
    if shopper.former:
        lists.adopt(shopper.subject, shopper.former)
    data = form.cleaned_data
    if data["state"] == "added":
        lists.save(shopper.subject, lists.Product(data["ref"], data["name"]))
    else:
        lists.remove(shopper.subject, data["ref"])


def _announced(form: SetForm, status: HTTPStatus = HTTPStatus.NO_CONTENT) -> HttpResponse:
    """An answer in which nothing is to be shown, and the event from which pages learn of it."""
    answer = HttpResponse(status=status)
    answer[wire.HX_TRIGGER] = json.dumps({"bookmark:toggled": form.cleaned_data})
    return answer


def _list_full(request: HttpRequest) -> HttpResponse:
    if not _is_htmx(request):
        context = {"limit": lists.LIMIT}
        return render(request, "bookmarks/full.html", context, status=HTTPStatus.CONFLICT)
    message = gettext("You have %(limit)d bookmarks. Remove one to add another.")
    answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
    _notify(answer, message % {"limit": lists.LIMIT}, "warning")
    return answer


def _notify(answer: HttpResponse, message: str, level: str) -> None:
    notice = {"message": message, "level": level}
    answer[wire.HX_TRIGGER] = json.dumps({"notification:show": notice})


def _refused(form: SetForm) -> HttpResponse:
    problems = "\n".join(f"{name}: {errors[0]}" for name, errors in form.errors.items())
    return HttpResponseBadRequest(problems, content_type="text/plain; charset=utf-8")


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get(wire.HX_REQUEST) == "true"
