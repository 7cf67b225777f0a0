"""A page's language is in its path, and everything on the page follows it."""

import re
from html import unescape

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from fragment_contract.testing import Received, Reply
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.conf import build, runtime
from site_shell.composer.locales import Locales

from ..composing.conftest import Open
from ..composing.kit import World

CACHED = {"cache-control": "max-age=600", "surrogate-key": "product:h1"}


def speak(request: Received) -> Reply:
    told = request.headers
    text = f"<p>{told['podium-locale']} {told['podium-mount-pathname']}</p>"
    return Reply(body=text, headers=CACHED)


def test_every_page_is_below_the_path_of_each_language(world: World, open_site: Open) -> None:
    path = world.fragment("product/page")
    world.services["product"].respond(path, speak)
    world.page('{{ page_path }} {% fragment "product/page" %}', routes=("", "shop/a/"))
    client = open_site()
    for path, locale, mount in (
        ("/", "en", "/"),
        ("/de/", "de", "/de/"),
        ("/shop/a/", "en", "/"),
        ("/de/shop/a/", "de", "/de/"),
    ):
        response = client.get(path)
        assert response.status_code == 200
        assert f"{path} <p>{locale} {mount}</p>" in response.text
        assert f'<html lang="{locale}">' in response.text
        assert response.headers["content-language"] == locale


def test_a_page_does_not_depend_on_what_the_browser_speaks(world: World, open_site: Open) -> None:
    content = world.fragment("product/page", "<p>lamp</p>" * 200, headers=CACHED)
    world.page('{{ locale }}{% fragment "product/page" %}')
    client = open_site()
    client.get("/de/shop/", headers={"accept-encoding": "gzip"})
    answers = [
        client.get("/de/shop/", headers={"accept-language": language, "accept-encoding": "gzip"})
        for language in ("fr", "de-CH,en;q=0.5", "en")
    ]
    assert len({(a.text, a.headers["etag"]) for a in answers}) == 1
    assert answers[0].headers["vary"] == "accept-encoding"
    assert len(world.services["product"].requests_for(content)) == 1


def test_languages_share_no_entry_of_any_cache_and_are_purged_together(
    world: World, open_site: Open
) -> None:
    content = world.fragment("product/page")
    world.services["product"].respond(content, speak)
    world.page('{% fragment "product/page" %}')
    client = open_site()
    for _ in range(2):
        assert "<p>en /</p>" in client.get("/shop/").text
        assert "<p>de /de/</p>" in client.get("/de/shop/").text
    assert len(world.services["product"].requests_for(content)) == 2
    token = {"authorization": "Bearer purge-token-of-the-tests"}
    client.post("/_composer/purge", headers=token, json={"tags": ["product:h1"]})
    client.get("/shop/")
    client.get("/de/shop/")
    assert len(world.services["product"].requests_for(content)) == 4


@pytest.mark.parametrize(
    "path", ["/fr/shop/", "/en/shop/", "/DE/shop/", "/de/de/shop/", "/deshop/", "/de//shop/"]
)
def test_what_is_no_language_of_the_site_is_an_ordinary_404(
    world: World, open_site: Open, path: str
) -> None:
    world.page("Hello")
    assert open_site().get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/de/actions/a/b/c", "/de/healthz", "/de/_composer/purge", "/de/static/x.css"]
)
def test_what_the_shell_answers_itself_has_no_language(
    world: World, open_site: Open, path: str
) -> None:
    world.page("Hello", routes=("<path:anything>/",))
    assert open_site().get(path).status_code == 404


def test_redirects_stay_in_the_language(world: World, open_site: Open) -> None:
    moved = Reply(status=301, headers={"location": "/de/shop/new/", **CACHED}, body="")
    world.services["product"].respond(world.fragment("product/page"), moved)
    world.page(
        '{% if x == "old" %}{% fragment "product/page" required=True %}{% endif %}',
        routes=("", "shop/<slug:x>/"),
        extra='defaults = { x = "" }',
    )
    client = open_site()
    assert client.get("/de?a=1").headers["location"] == "/de/?a=1"
    assert client.get("/de/shop/a").headers["location"] == "/de/shop/a/"
    answer = client.get("/de/shop/old/?page=2")
    assert (answer.status_code, answer.headers["location"]) == (301, "/de/shop/new/?page=2")


def test_an_error_page_speaks_the_language_of_its_address(world: World, open_site: Open) -> None:
    world.page("Hello")
    world.template("404.html", '{{ locale }} {{ title }} {{ page_path }} {% link "/shop/" %}')
    client = open_site()
    assert client.get("/de/nothing/").text == "de Nicht gefunden /de/ /de/shop/"
    assert client.get("/nothing/").text == "en Not found / /shop/"


def test_the_last_resort_speaks_it_too(world: World, open_site: Open) -> None:
    world.page("Hello")
    world.template("404.html", "{{ 1|divisibleby:0 }}")
    text = open_site().get("/de/nothing/").text
    assert '<html lang="de">' in text and '<a href="/de/">Startseite</a>' in text


def test_a_lazy_slot_is_asked_for_in_the_language_of_its_page(
    world: World, open_site: Open
) -> None:
    path = world.fragment("product/page")
    world.services["product"].respond(path, speak)
    world.page('{% fragment "product/page" delivery="lazy" %}')
    client = open_site()
    page = client.get("/de/shop/").text
    (source,) = re.findall(r' src="(/de/_composer/fragments/[^"]+)"', page)
    assert "Diesen Teil der Seite zeigen" in page
    assert "<p>de /de/</p>" in client.get(unescape(source)).text
    alone = client.get(f"{unescape(source)}page/")
    assert "<p>de /de/</p>" in alone.text and '<html lang="de">' in alone.text


def test_the_fallback_of_a_fragment_is_in_the_language_of_its_page(
    world: World, open_site: Open
) -> None:
    path = world.fragment("product/page", fallback="<p>soon</p>")
    server = world.services["product"]
    server.respond(f"{path}fallback", speak)
    world.page('{% fragment "product/page" %}')
    client = open_site()
    client.get("/shop/")
    world.wait_for_fallback("product/page", "de")
    server.refuse()
    world.services["product"].respond(path, Reply(status=500, body="broken"))
    token = {"authorization": "Bearer purge-token-of-the-tests"}
    client.post("/_composer/purge", headers=token, json={"all": True})
    assert "<p>en /</p>" in client.get("/shop/").text
    assert "<p>de /de/</p>" in client.get("/de/shop/").text


def test_templates_link_to_their_language_and_to_the_same_page_in_the_others(
    world: World, open_site: Open
) -> None:
    world.template("part.html", '{% link "/cart/" %} {% link "#top" %} {% link "//x.example/" %}')
    world.page(
        '{% include "part.html" only %}{% languages as all %}{% for one in all %}'
        "[{{ one.code }} {{ one.name }} {{ one.path }} {{ one.is_current }} {{ one.is_default }}]"
        "{% endfor %}",
        routes=("shop/<str:x>/",),
    )
    text = open_site().get("/de/shop/l%C3%A1mpa/").text
    assert "/de/cart/ #top //x.example/" in text
    assert "[en English /shop/l%C3%A1mpa/ False True]" in text
    assert "[de Deutsch /de/shop/l%C3%A1mpa/ True False]" in text


def test_the_same_page_in_another_language_has_the_same_query(
    world: World, open_site: Open
) -> None:
    query = '[page.query]\npage = { type = "integer", default = 1 }\nq = { type = "string" }'
    world.page("[{{ page_query }}]", extra=query)
    client = open_site()
    assert (
        "[?page=2&amp;q=l%C3%A1mp+%3C%26]"
        in client.get("/shop/?q=l%C3%A1mp+%3C%26&page=2&x=1").text
    )
    assert "[]" in client.get("/shop/?page=1&q=&x=1").text


def test_the_words_of_templates_are_translated(world: World, open_site: Open) -> None:
    world.page('{% translate "Not found" %}')
    client = open_site()
    assert "Nicht gefunden" in client.get("/de/shop/").text
    assert "Not found" in client.get("/shop/").text


def test_a_site_may_have_its_languages_elsewhere_than_in_paths(
    world: World, open_site: Open, settings: LazySettings
) -> None:
    settings.LANGUAGES_BY_PATH = False
    world.page("{{ locale }}")
    client = open_site()
    assert client.get("/shop/").status_code == 200
    assert client.get("/de/shop/").status_code == 404


def test_the_default_language_is_the_one_of_language_code(settings: LazySettings) -> None:
    settings.LANGUAGE_CODE = "de-ch"
    assert build().site.locales == Locales(("de", "en"))
    settings.LANGUAGE_CODE = "fr"
    with pytest.raises(ImproperlyConfigured, match="'fr' is none of LANGUAGES: en, de"):
        build()


@given(st.text(alphabet="/adenptbr-%.;", max_size=20), st.sampled_from(["en", "de", "pt-br"]))
def test_what_is_linked_is_read_back_whatever_the_path(path: str, locale: str) -> None:
    locales = Locales(("en", "de", "pt-br"))
    given = f"/{path}"
    if locale != "en" or locales.split(given)[0] == "en":
        linked = locales.link(given, locale)
        is_foreign = given.startswith("//")
        assert locales.split(linked) == (("en" if is_foreign else locale), given)


def test_the_shop_speaks_english_and_german() -> None:
    assert runtime().site.locales == Locales(("en", "de"))
