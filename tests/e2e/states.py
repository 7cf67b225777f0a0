"""In which states the pages of the shop are looked at: what is open, for whom, after which steps.

Every audit goes through this one list: axe, widths, targets and keyboard in test_every_page.py, the
HTML checker in test_html.py, error summaries in test_mistakes.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from playwright.sync_api import expect

from . import shop
from .shopper import PASSWORD, Shopper, beginning, somebody
from .words import ENGLISH, GERMAN, Words

# A newcomer has nothing yet, and each state has its own. A visitor has a cart and a bookmark. A
# customer is signed in, has a cart and a bookmark, has ordered something and reviewed it.
Who = Literal["newcomer", "visitor", "customer"]
Steps = Callable[[Shopper], None]
# In the cart of visitors and customers, and reviewed by customers. There are a few of it.
OWNED: Final = shop.LONG_NAME


@dataclass(frozen=True, slots=True)
class State:
    """A page as it is after some steps; ``is_refused`` if the last one is a form with mistakes."""

    name: str
    path: str
    who: Who = "visitor"
    words: Words = ENGLISH
    steps: Steps | None = None
    is_refused: bool = False

    def reach(self, shopper: Shopper) -> None:
        """Go there; ``shopper`` is in the browser of ``who`` and reads ``words``."""
        shopper.page.goto(self.path)
        if self.steps:
            self.steps(shopper)


def prepare(shopper: Shopper, email: str = "") -> None:
    """What a visitor has done before his first page is looked at, and with an address a customer,
    who is signed in."""
    if email:
        fill_cart(shopper)
        shopper.check_out(email)
        shopper.visit(OWNED)
        shopper.review("Looked at from all sides")
    fill_cart(shopper)
    _save(shopper)


def fill_cart(shopper: Shopper) -> None:
    shopper.visit(OWNED)
    shopper.add_to_cart()


def _save(shopper: Shopper) -> None:
    shopper.visit(OWNED)
    shopper.bookmark(shopper.heading().inner_text())


def _mistaken(name: Callable[[Words], str]) -> Steps:
    """Send a form of the page as it stands, by its button."""

    def steps(shopper: Shopper) -> None:
        shopper.send(name(shopper.words))

    return steps


def _wrong_password(shopper: Shopper) -> None:
    shopper.main.get_by_label(shopper.words.email).fill(somebody())
    shopper.main.get_by_label(shopper.words.password).fill(PASSWORD[::-1])
    shopper.send(shopper.words.sign_in)


def _letter_sent(shopper: Shopper) -> None:
    email = somebody()
    # Not by its label: the whole page may be about an address, and say so.
    shopper.main.get_by_role("textbox", name=shopper.words.email).fill(email)
    shopper.main.get_by_role("button", name=shopper.words.send_letter).click()
    expect(shopper.main.get_by_text(email)).to_be_visible()


def _moving(shopper: Shopper) -> None:
    shopper.main.get_by_label(shopper.words.present_password).fill(PASSWORD)
    _letter_sent(shopper)


def _nothing_typed(shopper: Shopper) -> None:
    """The checkout, of which some things are chosen already."""
    for name in (shopper.words.your_name, shopper.words.checkout_email):
        shopper.part("cart/checkout").get_by_label(name).fill("")
    shopper.part("cart/checkout").get_by_label(shopper.words.postcode).fill("12345")
    shopper.send(shopper.words.place_order)


def _no_shop_chosen(shopper: Shopper) -> None:
    shopper.part("cart/checkout").get_by_label(shopper.words.collect_it).check()
    shopper.send(shopper.words.place_order)


def _no_review(shopper: Shopper) -> None:
    form = shopper.review_form()
    form.get_by_role("button", name=shopper.words.send_review).click()
    expect(form.or_(shopper.main).get_by_role("alert").first).to_be_visible()


def _own_review(shopper: Shopper) -> None:
    way = shopper.page.get_by_role("link", name=shopper.words.own_review)
    if shopper.has_script:
        way.scroll_into_view_if_needed()
    else:
        way.click()
    expect(shopper.part("reviews/form")).to_contain_text("Looked at from all sides")


def _no_quantity(shopper: Shopper) -> None:
    shopper.main.get_by_label(shopper.words.quantity, exact=True).fill("0")
    shopper.send(shopper.words.add_to_cart)


def _too_many(shopper: Shopper) -> None:
    """One more of something than there are."""
    shopper.visit(OWNED)
    most = shopper.main.get_by_label(shopper.words.quantity, exact=True).get_attribute("max")
    shopper.add_to_cart()
    shopper.open_cart()
    box = shopper.part("cart/page").get_by_label(beginning(f"{shopper.words.quantity}: "))
    box.fill(str(int(most or 1) + 1))
    box.press("Enter")
    expect(shopper.main.get_by_role("link", name=shopper.words.to_checkout)).to_have_count(0)


def _removed(shopper: Shopper) -> None:
    fill_cart(shopper)
    shopper.open_cart()
    shopper.main.get_by_role("button", name=beginning(shopper.words.remove)).click()
    expect(
        shopper.main.get_by_role("button", name=beginning(shopper.words.put_back))
    ).to_be_visible()


def _bookmark_removed(shopper: Shopper) -> None:
    _save(shopper)
    shopper.visit(shop.BOOKMARKS)
    shopper.part("bookmarks/list").get_by_role(
        "button", name=beginning(shopper.words.remove)
    ).click()
    expect(shopper.main.get_by_role("button", name=shopper.words.undo)).to_be_visible()


def _latest_order(shopper: Shopper) -> None:
    """As it is after ordering, too."""
    shopper.main.get_by_role("listitem").get_by_role("link").first.click()
    expect(shopper.part("cart/order")).to_be_visible()


SIGN_IN, REGISTER, RESET = "/account/sign-in/", "/account/register/", "/account/reset/"
CHECKOUT, PASSWORD_PAGE = "/checkout/", "/account/password/"
EMAIL_PAGE, CLOSE_PAGE = "/account/email/", "/account/close/"

# Of each kind of page one, and every page that is unlike the others of its kind. What others below
# show with more on it, such as forms with their mistakes, is not here again.
ADDRESSES: Final = tuple(
    State(path, path, words=GERMAN if path.startswith("/de/") else ENGLISH)
    for path in (
        shop.HOME,
        shop.PRODUCTS,
        shop.PRODUCT,
        shop.HOSTILE_REVIEWS,
        shop.LONG_NAME,
        shop.RIGHT_TO_LEFT,
        shop.SOLD_OUT,
        shop.BOOKMARKS,
        shop.CART,
        "/stores/",
        f"/de{shop.HOME}",
        f"/de{shop.PRODUCTS}",
        f"/de{shop.PRODUCT}",
        shop.UNKNOWN_PAGE,
        shop.WITHDRAWN,
        shop.UNREADABLE,
        f"/de{shop.WITHDRAWN}",
    )
)
EMPTY: Final = (
    State("nothing found", f"{shop.PRODUCTS}?q=xylophonquartz", "newcomer"),
    State("no bookmarks", shop.BOOKMARKS, "newcomer"),
    State("no bookmark of that name", f"{shop.BOOKMARKS}?name=xylophonquartz"),
    State("empty cart", shop.CART, "newcomer"),
    State("nothing to check out", CHECKOUT, "newcomer"),
    State("leerer Merkzettel", f"/de{shop.BOOKMARKS}", "newcomer", GERMAN),
)
CHANGED: Final = (
    State("narrowed", f"{shop.PRODUCTS}?q=vase&stock=yes&rating=4"),
    State("bookmark removed", shop.HOME, "newcomer", steps=_bookmark_removed),
    State("line removed", shop.HOME, "newcomer", steps=_removed),
    State("more than there are", shop.HOME, "newcomer", steps=_too_many),
    State("mehr, als da sind", f"/de{shop.HOME}", "newcomer", GERMAN, _too_many),
    State("letter sent", RESET, steps=_letter_sent),
    State("letter to another address", EMAIL_PAGE, "customer", steps=_moving),
)
# Forms that were sent with mistakes.
REFUSED: Final = (
    State("wrong password", SIGN_IN, steps=_wrong_password, is_refused=True),
    State(
        "empty registration", REGISTER, steps=_mistaken(lambda w: w.create_account), is_refused=True
    ),
    State(
        "reset without address", RESET, steps=_mistaken(lambda w: w.send_letter), is_refused=True
    ),
    State("checkout with mistakes", CHECKOUT, steps=_nothing_typed, is_refused=True),
    State("no shop chosen", CHECKOUT, steps=_no_shop_chosen, is_refused=True),
    State("empty review", shop.PRODUCT, steps=_no_review, is_refused=True),
    State("no quantity", shop.PRODUCT, steps=_no_quantity, is_refused=True),
    State(
        "passwords with mistakes",
        PASSWORD_PAGE,
        "customer",
        steps=_mistaken(lambda w: w.change_password),
        is_refused=True,
    ),
    State(
        "no other address",
        EMAIL_PAGE,
        "customer",
        steps=_mistaken(lambda w: w.send_letter),
        is_refused=True,
    ),
    State(
        "closing without password",
        CLOSE_PAGE,
        "customer",
        steps=_mistaken(lambda w: w.close_account),
        is_refused=True,
    ),
    State(
        "leere Anmeldung",
        f"/de{SIGN_IN}",
        words=GERMAN,
        steps=_mistaken(lambda w: w.sign_in),
        is_refused=True,
    ),
    State("Kasse mit Fehlern", f"/de{CHECKOUT}", "visitor", GERMAN, _nothing_typed, True),
    State("leere Bewertung", f"/de{shop.PRODUCT}", "visitor", GERMAN, _no_review, True),
)
SIGNED_IN: Final = (
    State("account", "/account/", "customer"),
    State("orders", "/orders/", "customer"),
    State("thank you", "/orders/", "customer", steps=_latest_order),
    State("own review", OWNED, "customer", steps=_own_review),
    State("checkout of a customer", CHECKOUT, "customer"),
    State("a link that is over", "/account/confirm/x/", "customer"),
    State("Konto", "/de/account/", "customer", GERMAN),
    State("Bestellung", "/de/orders/", "customer", GERMAN, _latest_order),
)
STATES: Final = (*ADDRESSES, *EMPTY, *CHANGED, *REFUSED, *SIGNED_IN)
