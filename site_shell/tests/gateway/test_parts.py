"""Properties of the gateway's pure parts, and its system checks."""

import json
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import LazySettings
from hypothesis import example, given
from hypothesis import strategies as st

from site_shell.composer.conf import forget_runtime
from site_shell.composer.transport import FetchResponse
from site_shell.gateway.checks import check_template
from site_shell.gateway.same_origin import why_foreign
from site_shell.gateway.sentences import APOLOGIES
from site_shell.gateway.verdict import Fragment, GoTo, Nothing, Refused, judge

HTML = ("content-type", "text/html; charset=utf-8")
SITE = "https://shop.example/products/"


@given(st.text(st.one_of(st.sampled_from("/\\.:@?#\t\r\n e"), st.characters())))
@example("/\\evil.example")
@example("///evil.example")
@example("/.//evil.example")
def test_no_location_that_passes_leads_to_another_origin(location: str) -> None:
    response = FetchResponse(303, (("location", location),), b"")
    verdict = judge(response, ())
    if isinstance(verdict, GoTo):
        # The way a browser reads it: https://url.spec.whatwg.org/
        read = verdict.location.replace("\\", "/").translate({9: None, 10: None, 13: None})
        assert urlsplit(urljoin(SITE, read)).netloc == "shop.example"
        assert verdict.location.isascii() and verdict.location.isprintable()
    else:
        assert isinstance(verdict, Refused)


@given(st.integers(100, 999), st.binary(max_size=20), st.sampled_from(["text/html", "a/b"]))
def test_every_answer_has_a_verdict_that_can_be_told(
    status: int, body: bytes, content_type: str
) -> None:
    verdict = judge(FetchResponse(status, (("content-type", content_type),), body), ())
    match verdict:
        case Refused(status=told):
            assert told in APOLOGIES
        case Fragment(status=shown):
            assert shown == status
        case Nothing():
            assert status in (204, 205)


@given(st.dictionaries(st.text(), st.text()))
def test_what_passes_of_an_event_is_one_line_of_ascii(events: dict[str, str]) -> None:
    header = ("hx-trigger", json.dumps(events))
    verdict = judge(FetchResponse(200, (HTML, header), b"<p>"), set(events))
    assert isinstance(verdict, Fragment)
    assert verdict.said.trigger.isascii()
    assert verdict.said.trigger.isprintable()


@given(
    st.dictionaries(
        st.sampled_from(["sec-fetch-site", "origin", "referer", "host", "cookie"]),
        st.sampled_from(["", "null", "same-origin", "cross-site", "http://a", "https://a", "*"]),
    )
)
def test_only_a_browsers_own_word_makes_a_request_ours(headers: dict[str, str]) -> None:
    if not why_foreign(headers, {"https://a"}):
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        assert site == "same-origin" or (site is None and origin == "https://a")
        assert origin in (None, "null", "https://a")


def test_the_check_finds_the_page_for_answers(settings: LazySettings, pages: Path) -> None:
    use(settings, pages)
    assert list(check_template(None)) == []


def test_the_check_tells_when_nobody_could_be_told(settings: LazySettings, pages: Path) -> None:
    (pages / "action.html").write_text("<main>{{ answer }}</main>")
    use(settings, pages)
    (warning,) = check_template(None)
    assert warning.id == "gateway.W002"
    assert "<!-- notices -->" in (warning.hint or "")


@pytest.mark.parametrize("template", [None, "{% broken", "<p>no answer</p>", "{% fragment %}"])
def test_the_check_tells_when_answers_have_no_page(
    settings: LazySettings, pages: Path, template: str | None
) -> None:
    (pages / "action.html").unlink()
    if template is not None:
        (pages / "action.html").write_text(template)
    use(settings, pages)
    (error,) = check_template(None)
    assert error.id == "gateway.E001"
    assert "action.html" in error.msg


def use(settings: LazySettings, pages: Path) -> None:
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(pages)},
    }
    settings.STORAGES = {**settings.STORAGES, "pages": storage}
    forget_runtime()
