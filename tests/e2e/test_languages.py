"""Every page in two languages, each at an address of its own."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from . import shop
from .shopper import Shopper
from .words import GERMAN as GERMAN_WORDS

GERMAN = "Deutsch"


def alternates(text: str) -> dict[str, str]:
    found = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', text)
    return dict(found)


@pytest.mark.parametrize(
    "path", [shop.HOME, shop.PRODUCTS, f"{shop.PRODUCTS}?page=2", shop.PRODUCT]
)
def test_each_language_of_a_page_names_all_of_them(client: httpx.Client, path: str) -> None:
    english, german = client.get(path), client.get(f"/de{path}")
    assert '<html lang="en">' in english.text and '<html lang="de">' in german.text
    named = alternates(english.text)
    assert named == alternates(german.text)
    assert named["x-default"] == named["en"]
    origin = named["en"].removesuffix(path)
    assert named == {
        "en": f"{origin}{path}",
        "x-default": f"{origin}{path}",
        "de": f"{origin}/de{path}",
    }


@pytest.mark.parametrize(
    "path", [shop.HOME, shop.PRODUCTS, f"{shop.PRODUCTS}?page=2", shop.PRODUCT]
)
def test_a_page_is_canonical_for_itself_in_its_language(client: httpx.Client, path: str) -> None:
    for address in (path, f"/de{path}"):
        (canonical,) = re.findall(
            r'<link rel="canonical" href="([^"]+)">', client.get(address).text
        )
        assert canonical.endswith(address)
        assert (
            canonical
            == alternates(client.get(address).text)["de" if address.startswith("/de/") else "en"]
        )


def test_links_of_a_german_page_stay_german(client: httpx.Client) -> None:
    for path in (shop.HOME, shop.PRODUCTS, shop.PRODUCT):
        text = client.get(f"/de{path}").text
        body = re.sub(r"<(?:link|script)\b[^>]*>", "", text)
        paths = set(re.findall(r'(?:href|action)="(/[^"]*)"', body))
        english = {
            found
            for found in paths
            if not found.startswith(("/de/", "/actions/", "/static/", "/media/"))
        }
        # But for the switch to the same page in English.
        assert english == {path}


def test_a_renamed_product_leads_to_its_address_in_the_same_language(client: httpx.Client) -> None:
    moved = client.get(f"/de{shop.FORMER_SLUG}?page=2")
    assert moved.status_code == 301
    assert moved.headers["location"] == f"/de{shop.PRODUCT}?page=2"
    assert client.get(moved.headers["location"]).status_code == 200


def test_the_switch_leads_to_the_same_page_and_back(page: Page) -> None:
    page.goto(f"{shop.PRODUCTS}?q=lamp")
    header = page.get_by_role("banner")
    header.get_by_role("link", name=GERMAN).click()
    expect(page).to_have_url(re.compile(r"/de/products/\?q=lamp$"))
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_role("banner").get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"[^e]/products/\?q=lamp$"))


def test_search_of_the_header_stays_in_the_language(page: Page) -> None:
    page.goto("/de/")
    search = page.get_by_role("banner").get_by_role("searchbox")
    search.fill("vase")
    search.press("Enter")
    expect(page).to_have_url(re.compile(r"/de/products/\?q=vase$"))
    expect(page.get_by_role("banner").get_by_role("searchbox")).to_have_value("vase")


def test_what_is_told_of_a_form_is_in_the_language_of_its_page(page: Page) -> None:
    page.goto(f"/de{shop.PRODUCT}")
    page.locator('[data-boundary="bookmarks/toggle"]').first.get_by_role("button").click()
    expect(page.get_by_text("Merkzettel").last).to_be_attached()
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_the_sitemap_has_every_language_and_the_feed_has_its_own(client: httpx.Client) -> None:
    index = client.get("/sitemap.xml")
    maps = re.findall(r"<loc>[^<]*(/sitemaps/[^<]+)</loc>", index.text)
    texts = "".join([client.get(path).text for path in maps])
    for path in (shop.HOME, shop.PRODUCTS, shop.PRODUCT):
        assert f"{path}</loc>" in texts and f"/de{path}</loc>" in texts
    assert "<language>de</language>" in client.get("/de/new.rss").text
    assert f"/de{shop.PRODUCTS}" in client.get("/de/new.rss").text


@pytest.mark.parametrize("path", [shop.VARIANT, f"{shop.PRODUCTS}?sort=price", shop.CATEGORY])
def test_languages_are_listed_only_where_a_page_is_canonical(
    client: httpx.Client, path: str
) -> None:
    text = client.get(path).text
    canonical = re.findall(r'<link rel="canonical" href="([^"]+)">', text)
    named = alternates(text)
    assert not named or [named["en"]] == canonical
    assert bool(named) == canonical[0].endswith(path)


# Words that every English sentence has one of, and no German one.
ENGLISH_WORDS = re.compile(r"\b(the|and|with|of|for|you|your|is|are|this|that|from)\b", re.I)
# What is read out in the page's language: not reviews and other things that say theirs.
READ_AS_GERMAN = """() => {
  const texts = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const german = element.closest("[lang]").lang === "de";
    if (german && !element.closest("script, style, template, noscript, bdi, address"))
      texts.push(walker.currentNode.textContent.trim());
  }
  for (const named of document.querySelectorAll("[alt], [aria-label], [placeholder], [title]"))
    if (named.closest("[lang]").lang === "de")
      for (const name of ["alt", "aria-label", "placeholder", "title"])
        texts.push(named.getAttribute(name) ?? "");
  return texts.filter(Boolean);
}"""
FURNITURE = "/products/h1061/spindle-chair/"


def english_in(page: Page) -> list[str]:
    """What a page says in English without saying that it is English."""
    page.wait_for_load_state("networkidle")
    texts: list[str] = page.evaluate(READ_AS_GERMAN)
    assert len(texts) > 20
    return [text for text in texts if ENGLISH_WORDS.search(text)]


@pytest.mark.ours
@pytest.mark.parametrize(
    "path",
    [
        shop.HOME,
        shop.PRODUCTS,
        shop.CATEGORY,
        shop.PRODUCT,
        FURNITURE,
        shop.SOLD_OUT,
        "/stores/",
        shop.BOOKMARKS,
        shop.CART,
        "/account/sign-in/",
    ],
)
def test_a_german_page_says_nothing_in_english(page: Page, path: str) -> None:
    page.goto(f"/de{path}")
    assert english_in(page) == []


@pytest.mark.ours
def test_the_way_to_the_order_is_german_to_its_end(page: Page) -> None:
    shopper = Shopper(page, GERMAN_WORDS)
    page.goto(f"/de{shop.PRODUCT}")
    shopper.add_to_cart()
    shopper.open_cart()
    assert english_in(page) == []
    expect(page.get_by_role("main")).to_contain_text("Gezeitenvase")
    page.get_by_role("link", name=GERMAN_WORDS.to_checkout).click()
    expect(page).to_have_url(re.compile("/de/checkout/"))
    assert english_in(page) == []
    page.get_by_label(GERMAN_WORDS.collect_it).check()
    expect(page.get_by_role("main")).to_contain_text("Die Werkstatt")


@pytest.mark.parametrize("typed", ["Küchentücher", "Kuechentuecher", "kuchentucher"])
def test_german_words_are_found_however_umlauts_are_typed(page: Page, typed: str) -> None:
    page.goto(f"/de{shop.PRODUCTS}?q={typed}")
    expect(page.get_by_role("main")).to_contain_text("Gläsertuch")


def test_descriptions_and_shared_links_are_in_the_language_of_the_page(
    client: httpx.Client,
) -> None:
    german, english = client.get(f"/de{shop.PRODUCT}").text, client.get(shop.PRODUCT).text
    said = "Jede Gezeitenvase wird zweimal glasiert."
    assert said in german and said not in english
    assert '<meta property="og:title" content="Gezeitenvase">' in german
    assert "Every Tide Vase is dipped twice." in english
    assert "Every Tide Vase is dipped twice." not in german


def test_the_german_feed_tells_of_products_in_german(client: httpx.Client) -> None:
    german, english = client.get("/de/new.rss").text, client.get("/new.rss").text
    titles = re.findall(r"<title>([^<]+)</title>", german)[1:]
    assert titles and not set(titles) & set(re.findall(r"<title>([^<]+)</title>", english))
    assert not ENGLISH_WORDS.search(" ".join(re.findall(r"<description>([^<]+)<", german)))
