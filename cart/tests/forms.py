"""What the checkout's form says, read out of its HTML."""

from fragment_contract.testing import Element


def complaints(html: Element) -> dict[str, str]:
    """What the error summary says, by the ids that its links lead to."""
    summary = html.one("div", "error-summary")
    return {link.attributes["href"]: link.text for link in summary.all("a")}


def ids(html: Element) -> set[str]:
    return {
        f"#{e.attributes['id']}"
        for name in ("input", "p", "form", "h2", "div")
        for e in html.all(name)
        if "id" in e.attributes
    }


def typed(html: Element) -> dict[str, str]:
    """The values of the fields for text."""
    kinds = ("text", "email")
    inputs = [i.attributes for i in html.all("input") if i.attributes["type"] in kinds]
    return {field["name"]: field.get("value", "") for field in inputs}
