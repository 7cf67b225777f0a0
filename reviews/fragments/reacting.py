"""What visitors do with other people's reviews: find them helpful, and report them."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fragment_contract import Visitor

from .. import answers, reports, return_path, votes
from ..models import Report
from ..models.report import NOTE_MAX_LENGTH
from ..shoppers import known_visitor
from ..written import WrittenField
from .reading import review_list


class ReactionForm(forms.Form):
    """Which review, and where its reader is. None of it is typed."""

    review = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    return_to = forms.CharField(max_length=return_path.MAX_LENGTH, strip=False)
    query = forms.RegexField(rf"\A{return_path.QUERY}\Z", max_length=100, required=False)

    def clean_return_to(self) -> str:
        """Accept a path of this site only, so that the answer is no open redirect."""
        return return_path.clean(self.cleaned_data["return_to"])

    @property
    def tampering(self) -> str:
        """What is wrong with it; no shopper can mend that."""
        name, problems = next(iter(self.errors.items()))
        return f"{name}: {problems[0]}"

    def back(self, anchor: str = "") -> str:
        """The address of the review on the page that it was read on."""
        query = self.cleaned_data["query"]
        anchor = anchor or f"review-{self.cleaned_data['review']}"
        return f"{self.cleaned_data['return_to']}{query and f'?{query}'}#{anchor}"

    def context(self, **more: object) -> dict[str, object]:
        """What templates need to make the same form again."""
        names = ("return_to", "query")
        return {**{name: self.cleaned_data[name] for name in names}, **more}


class ReportForm(forms.Form):
    """Why a review should go."""

    reason = forms.ChoiceField(
        choices=Report.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is wrong with it.")},
    )
    note = WrittenField(
        label=gettext_lazy("Anything that we should know (optional)"),
        max_length=NOTE_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"class": "field__input", "rows": 2}),
    )


class VoteForm(ReactionForm):
    """A vote, or taking it back."""

    vote = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


@review_list.action("vote", identity="required")
def vote(request: HttpRequest) -> HttpResponse:
    """Count a shopper's vote for a review, or take it back; either may be asked any number of
    times. Whoever has not signed in is asked to, and has voted then.
    """
    form = VoteForm(request.POST)
    if not form.is_valid():
        return answers.refused(form.tampering)
    visitor = _visitor(request)
    wanted, number = form.cleaned_data["vote"] == "yes", form.cleaned_data["review"]
    try:
        if not visitor.is_signed_in:
            return _sign_in_first(visitor, form)
        own = wanted and votes.give(number, visitor.subject) == "own"
    except votes.NoSuchReview:
        return _gone(request, form)
    if not wanted:
        votes.take_back(number, visitor.subject)
    if answers.is_htmx(request):
        shown = {"pk": number, "helpful": votes.helpful_count(number)}
        context = form.context(review=shown, voted=wanted and not own)
        answer = render(request, "reviews/_helpful.html", context)
    else:
        answer = answers.see_other(form.back())
    if own:
        return answers.told(answer, _("You wrote this review: others may vote for it."), "info")
    if wanted:
        return answers.told(answer, _("Thank you: you found this review helpful."))
    return answers.told(answer, _("Your vote is taken back."))


def _sign_in_first(visitor: Visitor, form: VoteForm) -> HttpResponse:
    """Keep the vote, and let the gateway ask its voter to sign in: then it is given."""
    answer = HttpResponse(status=401, headers={"location": form.back()})
    if form.cleaned_data["vote"] == "no":
        # The page is from before he signed out.
        return answers.told(answer, _("Sign in first. Then take your vote back."), "info")
    votes.keep(form.cleaned_data["review"], visitor.subject)
    return answers.told(answer, _("Sign in to vote. Your vote counts as soon as you have."), "info")


@review_list.action("report", identity="required")
def report(request: HttpRequest) -> HttpResponse:
    """Ask for the reason, and then keep the report for the moderators."""
    form = ReactionForm(request.POST)
    if not form.is_valid():
        return answers.refused(form.tampering)
    review = reports.published(form.cleaned_data["review"])
    if review is None:
        return _gone(request, form)
    is_sent = "reason" in request.POST or "sent" in request.POST
    why = ReportForm(request.POST if is_sent else None, auto_id=f"report-{review.pk}-%s")
    if not why.is_valid():
        is_page = not answers.is_htmx(request)
        context = form.context(review=review, why=why, is_page=is_page, back=form.back())
        return render(request, "reviews/report.html", context, status=422 if is_sent else 200)
    is_first = reports.receive(review, _visitor(request).subject, **why.cleaned_data)
    thanks = (
        _("Thank you: a moderator will look at this review.")
        if is_first
        else _("You have reported this review already; a moderator will look at it.")
    )
    if answers.is_htmx(request):
        answer = render(request, "reviews/reported.html", {"thanks": thanks})
    else:
        answer = answers.see_other(form.back())
    return answers.told(answer, thanks)


def _visitor(request: HttpRequest) -> Visitor:
    """Whose token came along, as these actions require."""
    visitor = known_visitor(request)
    if visitor is None:
        raise LookupError("an action that requires an identity was called without one")
    return visitor


def _gone(request: HttpRequest, form: ReactionForm) -> HttpResponse:
    """The review was taken away while its reader looked at it."""
    answer = HttpResponse() if answers.is_htmx(request) else answers.see_other(form.back("reviews"))
    return answers.told(answer, _("This review is no longer there."), "info")
