"""A shopper's own review of a product: the form to write it, and what became of it."""

from typing import Final, Literal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from fragment_contract import Cache, Css, Visitor, fragment
from fragment_contract import visitor as visitor_of

from .. import adoption, album, answers, authorship, darkroom, departure, return_path, votes
from ..models import MOST_PHOTOS, PRODUCT_MAX_LENGTH, PRODUCT_PATTERN, Photo
from ..shoppers import known_visitor
from ..submission import SubmissionForm
from .reading import REVIEW_STYLES, ProductRef, ReturnPath

Notice = Literal["", "received", "unchanged", "exists", "outdated", "deleted", "sign-in"]


# Photos, and a form around them.
MOST_BYTES: Final = MOST_PHOTOS * darkroom.MOST_BYTES + 262_144


class OwnForm(forms.Form):
    """Which product's review, and where its author is. None of it is typed."""

    product = forms.RegexField(rf"\A{PRODUCT_PATTERN}\Z", max_length=PRODUCT_MAX_LENGTH)
    return_to = forms.CharField(max_length=return_path.MAX_LENGTH, strip=False)

    def clean_return_to(self) -> str:
        """Accept a path of this site only, so that the answer is no open redirect."""
        return return_path.clean(self.cleaned_data["return_to"])


@fragment(
    "reviews/form",
    version="2.0.0",
    cache=Cache.private(),
    identity="optional",
    css=(REVIEW_STYLES, Css("reviews/form.css")),
    fallback="reviews/form_fallback.html",
    events=("review:submitted", "notification:show"),
)
def review_form(
    request: HttpRequest, *, product: ProductRef, return_to: ReturnPath
) -> HttpResponse:
    """The form to write a review; for who wrote one the review, to change or to delete."""
    return _shown(request, known_visitor(request), product, return_to)


@review_form.action("submit", identity="required", max_bytes=MOST_BYTES)
def submit(request: HttpRequest) -> HttpResponse:
    """Check a review; keep it for moderation, or give the form back with its mistakes."""
    visitor = known_visitor(request)
    own = OwnForm(request.POST)
    if visitor is None or not own.is_valid():
        return answers.refused(_problem(own))
    product, return_to = own.cleaned_data["product"], own.cleaned_data["return_to"]
    held = album.of_author(product, visitor.subject)
    form = SubmissionForm(request.POST, request.FILES, held=held)
    if form.is_valid() and form.from_a_program:
        return _done(request, visitor, product, return_to, "received")
    if form.tampering:
        return answers.refused(form.tampering)
    if not form.is_valid():
        return _mistaken(request, visitor, form)
    if not visitor.is_signed_in:
        return _sign_in_first(visitor, form)
    verdict = authorship.send(visitor.subject, form.submission())
    if verdict in ("exists", "outdated"):
        return _shown(request, visitor, product, return_to, notice=verdict, status=422)
    return _done(request, visitor, product, return_to, verdict)


@review_form.action("withdraw", identity="required")
def withdraw(request: HttpRequest) -> HttpResponse:
    """Delete the visitor's own review."""
    visitor, own = known_visitor(request), OwnForm(request.POST)
    if visitor is None or not own.is_valid():
        return answers.refused(_problem(own))
    product, return_to = own.cleaned_data["product"], own.cleaned_data["return_to"]
    authorship.withdraw(product, visitor.subject)
    return _done(request, visitor, product, return_to, "deleted")


@review_form.action("discard", identity="required")
def discard(request: HttpRequest) -> HttpResponse:
    """Delete what the visitor typed, and leave his review as it is."""
    visitor, own = known_visitor(request), OwnForm(request.POST)
    if visitor is None or not own.is_valid():
        return answers.refused(_problem(own))
    product, return_to = own.cleaned_data["product"], own.cleaned_data["return_to"]
    authorship.discard(product, visitor.subject)
    return _done(request, visitor, product, return_to, "")


@review_form.action("adopt", identity="required")
def adopt(request: HttpRequest) -> HttpResponse:
    """The shell tells who signed in: what he wrote and voted for before is sent now."""
    found = visitor_of(request)
    if found is None or not found.former:
        return HttpResponse(status=204)
    adopted = adoption.adopt(found.former, found.subject)
    answer = HttpResponse(status=204)
    if adopted.sent:
        message = ngettext(
            "Your review is sent and awaits moderation.",
            "Your %(count)d reviews are sent and await moderation.",
            adopted.sent,
        )
        answers.told(answer, message % {"count": adopted.sent})
    elif adopted.waiting:
        answers.told(answer, _("What you wrote about a product waits there for you."), "info")
    elif "counted" in adopted.voted:
        answers.told(answer, _("Thank you: you found this review helpful."))
    elif adopted.voted:
        answers.told(answer, _("You wrote this review: others may vote for it."), "info")
    return answer


@review_form.action("forget", identity="required")
def forget(request: HttpRequest) -> HttpResponse:
    """The shell tells who has closed the account: all that he wrote and judged goes."""
    found = visitor_of(request)
    if found is not None:
        departure.forget(found.subject)
    return HttpResponse(status=204)


@review_form.action("unused", identity="required")
def unused(request: HttpRequest) -> HttpResponse:
    """Whether nobody would miss an account that was never confirmed. 409: it has a review."""
    found = visitor_of(request)
    return HttpResponse(status=409 if found and departure.would_lose(found.subject) else 204)


def _sign_in_first(visitor: Visitor, form: SubmissionForm) -> HttpResponse:
    """Keep the review, and let the gateway ask its author to sign in: then it is sent."""
    sent = form.submission()
    words = sent.words | {"language": sent.language}
    authorship.keep(
        visitor.subject, sent.product, words, sent.exposures, sent.changes, is_complete=True
    )
    # Not to where the form stood: that may have been the answer to an action, with mistakes.
    back = f"{form.cleaned_data['return_to']}#reviews-form"
    answer = HttpResponse(status=401, headers={"location": back})
    return answers.told(
        answer, _("Sign in to send your review. What you wrote is kept until then."), "info"
    )


def _mistaken(request: HttpRequest, visitor: Visitor, form: SubmissionForm) -> HttpResponse:
    """The form again, with all that was typed; photos that were fine need not be sent again."""
    said = form.cleaned_data
    if exposures := form.exposures()[: form.room]:
        words = {name: said.get(name, form.EMPTY[name]) for name in authorship.WORDS}
        words["language"] = get_language() or ""
        product = said["product"]
        authorship.keep(
            visitor.subject, product, words, exposures, form.changes(), is_complete=False
        )
        form = form.with_held(album.of_author(product, visitor.subject))
    review = authorship.own_review(said["product"], visitor.subject)
    # Without htmx the form comes back on a page of its own, and gives it title and heading.
    context = {
        "form": form,
        "review": review,
        "draft": authorship.own_draft(said["product"], visitor.subject),
        "visitor": visitor,
        "is_page": not answers.is_htmx(request),
    }
    return render(request, "reviews/form.html", context, status=422)


def _done(
    request: HttpRequest,
    visitor: Visitor,
    product: str,
    return_to: str,
    notice: Notice,
) -> HttpResponse:
    if answers.is_htmx(request):
        answer = _shown(request, visitor, product, return_to, notice=notice)
    else:
        answer = answers.see_other(f"{return_to}#reviews-form")
    match notice:
        case "received":
            return answers.submitted(answer, product, "pending")
        case "deleted":
            return answers.submitted(answer, product, "deleted")
        case "unchanged":
            return answers.told(answer, _("This is what your review says already."), "info")
    return answer


def _shown(
    request: HttpRequest,
    visitor: Visitor | None,
    product: str,
    return_to: str,
    *,
    notice: Notice = "",
    status: int = 200,
) -> HttpResponse:
    subject = visitor.subject if visitor else ""
    review = authorship.own_review(product, subject) if subject else None
    draft = authorship.own_draft(product, subject) if subject else None
    written = draft or review
    words = {name: getattr(written, name) for name in authorship.WORDS} if written else {}
    if visitor and visitor.name:
        words["author"] = words.get("author") or visitor.name
    initial = {
        "product": product,
        "return_to": return_to,
        "revision": review.revision if review else 0,
        **words,
    }
    held = album.of_author(product, subject) if subject else Photo.objects.none()
    context = {
        "form": SubmissionForm(initial=initial, held=held),
        "review": review,
        "draft": draft,
        "visitor": visitor,
        "notice": notice,
        "votes": votes.of(subject, product) if subject else (),
        "is_page": status != 200 and not answers.is_htmx(request),
    }
    return render(request, "reviews/form.html", context, status=status)


def _problem(form: forms.Form) -> str:
    return next((f"{name}: {found[0]}" for name, found in form.errors.items()), "who are you?")
