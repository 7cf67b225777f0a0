"""What the page of the cart shows, read out of its HTML."""

from fragment_contract.testing import Element


def lines(html: Element) -> list[str]:
    return [line.text for line in html.all("li", "cart-page__line")]


def sums(html: Element) -> dict[str, str]:
    summary = html.one("dl", "cart-summary__sums")
    return {row.one("dt").text: row.one("dd").text for row in summary.all("div")}
