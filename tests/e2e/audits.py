"""What is looked at in a page that is open: questions in the page's own language, answers as text.

Every question returns one line for each thing that is wrong, so that none means well.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request

from .waiting import eventually

# Elements that stick out of a page that scrolls to the side.
TOO_WIDE: Final = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll("*")]
        .filter((element) => element.getBoundingClientRect().right > width + 1);
    return wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)).concat("the page");
}"""
# What has more text than it shows, of elements that hide the rest of it.
CUT_OFF: Final = """() => [...document.querySelectorAll("main *")]
    .filter((element) => element.checkVisibility())
    .filter((element) => getComputedStyle(element).overflow !== "visible")
    .filter((element) => element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
    .map((element) => element.outerHTML.slice(0, 120))"""
# WCAG 2.2, 2.5.8: 24 by 24 pixels, or as much room around it that a circle of that size meets no
# other target. Links in sentences are as high as the sentence's lines.
TOO_SMALL: Final = """() => {
    const SIZE = 24;
    const targets = [...document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
        .filter((element) => element.checkVisibility({ visibilityProperty: true }))
        .map((element) => {
            const around = element.matches("input[type=radio], input[type=checkbox]")
                ? element.closest("label") ?? element.labels?.[0] ?? element : element;
            let box = around.getBoundingClientRect();
            const whole = getComputedStyle(element, "::after");
            const card = element.closest("li, article");
            if (card && whole.position === "absolute" && whole.inset === "0px")
                box = card.getBoundingClientRect();
            return { element, box, middle: [box.x + box.width / 2, box.y + box.height / 2] };
        })
        .filter(({ box }) => box.width > 1 && box.height > 1);
    const inSentence = (element) => {
        if (getComputedStyle(element).display !== "inline") return false;
        const block = element.closest("p, li, dd, td, figcaption, label, div");
        return block && block.textContent.trim() !== element.textContent.trim();
    };
    const near = (one, other) => {
        const [x, y] = one.middle;
        const dx = Math.max(other.box.left - x, 0, x - other.box.right);
        const dy = Math.max(other.box.top - y, 0, y - other.box.bottom);
        return Math.hypot(dx, dy) < SIZE / 2;
    };
    return targets
        .filter(({ box }) => box.width < SIZE - 0.5 || box.height < SIZE - 0.5)
        .filter(({ element }) => !inSentence(element))
        .filter((one) => targets.some((other) => other !== one
            && !one.element.contains(other.element) && !other.element.contains(one.element)
            && near(one, other)))
        .map(({ element, box: { width, height } }) =>
            `${Math.round(width)} x ${Math.round(height)}: ${element.outerHTML.slice(0, 120)}`);
}"""
# What still moves for somebody who asked for less of it.
MOVING: Final = """() => document.getAnimations()
    .filter((animation) => animation.playState === "running")
    .filter((animation) => {
        const { duration, iterations } = animation.effect.getComputedTiming();
        return duration > 10 || iterations === Infinity;
    })
    .map((animation) => animation.effect.target.outerHTML.slice(0, 120))"""
# Of what has the focus after a key: what is wrong with it, or null at the end of the page. WCAG
# 2.4.11: something of it has to be seen. 2.4.7: it, or the card around it, looks different
# without the focus. 2.4.3: it comes in the order of the page, unless a part of the page came that
# took the place of the last one.
FOCUSED: Final = """() => {
    const inside = (root, find) => {
        const found = find(root);
        return found?.shadowRoot ? inside(found.shadowRoot, find) ?? found : found;
    };
    const obscured = (element) => {
        const box = (element.closest("label") ?? element).getBoundingClientRect();
        const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
        const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
        if (right - left < 1 || bottom - top < 1) return "outside of the window";
        const steps = [0.1, 0.5, 0.9];
        for (const x of steps) for (const y of steps) {
            const [across, down] = [left + (right - left) * x, top + (bottom - top) * y];
            const shown = inside(document, (root) => root.elementFromPoint(across, down));
            if (!shown) continue;
            if (element.contains(shown) || shown.contains(element)) return "";
            if ([...element.labels ?? []].some((label) => label.contains(shown))) return "";
        }
        return "behind something else";
    };
    const unseen = (element) => {
        const outline = (part, pseudo) => {
            const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part, pseudo);
            return [outlineStyle, outlineWidth, boxShadow];
        };
        const around = element.closest("li, article, label") ?? element;
        const next = element.nextElementSibling ?? element;
        const look = () => JSON.stringify([
            outline(element), outline(element, "::after"), outline(around), outline(next),
        ]);
        const focused = look();
        element.blur();
        const without = look();
        element.focus();
        return focused === without ? "looks the same without the focus" : "";
    };
    const disordered = (last, element) =>
        last?.isConnected
            && last.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING
            ? "comes after something that stands behind it" : "";
    const focused = document.activeElement;
    if (!focused || focused === document.body) return null;
    const element = inside(document, (root) => root.activeElement);
    const problems = [obscured(element), unseen(element), disordered(window.lastFocused, focused)];
    window.lastFocused = focused;
    return problems.filter(Boolean)
        .map((problem) => `${problem}: ${element.outerHTML.slice(0, 120)}`);
}"""
# Colours follow a change of the scheme with the next frame, and by transitions.
PAINTED: Final = """async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    document.getAnimations()
        .filter((animation) => animation instanceof CSSTransition)
        .forEach((animation) => animation.finish());
}"""
AXE: Final = Axe()
# Those whose answer may be another one in other colours; to all others a page is the same.
OF_COLOURS: Final = ("color-contrast", "link-in-text-block")


def axe(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core finds against a page, whatever weight it gives it; by all its rules without any
    named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found = page.evaluate("(options) => axe.run(options)", options)
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@contextmanager
def window(page: Page, width: int, height: int) -> Iterator[None]:
    """The page in a window of another size."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": height})
    try:
        yield
    finally:
        if before:
            page.set_viewport_size(before)


@contextmanager
def larger_text(page: Page) -> Iterator[None]:
    """Text at 200 %, as browsers do it where only the text is made larger."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    try:
        yield
    finally:
        page.evaluate("document.documentElement.style.fontSize = ''")


@contextmanager
def traffic(page: Page) -> Iterator[Callable[[], None]]:
    """Waits, when it is called, until all has come that the page began to ask for meanwhile.

    Playwright waits for a network at rest once for a document, and no second time.
    """
    under_way: set[Request] = set()

    def begun(request: Request) -> None:
        under_way.add(request)

    def ended(request: Request) -> None:
        under_way.discard(request)

    def is_painted_and_at_rest() -> bool:
        page.evaluate(PAINTED)
        return not under_way

    def rest() -> None:
        # What has come may ask for more, such as a stylesheet, before it is shown.
        eventually(lambda: all(is_painted_and_at_rest() for _ in range(2)), tell=under_way.copy)

    page.on("request", begun)
    page.on("requestfinished", ended)
    page.on("requestfailed", ended)
    yield rest
    page.remove_listener("request", begun)
    page.remove_listener("requestfinished", ended)
    page.remove_listener("requestfailed", ended)


def settle(page: Page) -> None:
    """Everything there that comes when somebody scrolls, and the page at its top again."""
    with traffic(page) as rest:
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        page.evaluate(PAINTED)
        page.wait_for_load_state("networkidle")
        rest()
    page.evaluate("scrollTo(0, 0)")


def by_keyboard(page: Page, most: int = 60) -> list[str]:
    """Go through a page by its Tab key; what is wrong with the places that one comes to."""
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0); delete window.lastFocused")
    wrong: list[str] = []
    with traffic(page) as rest:
        for _ in range(most):
            page.keyboard.press("Tab")
            found = page.evaluate(FOCUSED)
            if found is None:
                break
            if found:
                # What comes when it is near may just have moved the page.
                rest()
                page.evaluate("document.activeElement.scrollIntoView({ block: 'nearest' })")
                found = page.evaluate(FOCUSED) or []
            wrong += found
    return wrong
