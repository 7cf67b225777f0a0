"""The words by which the suite finds things, in each language of the shop.

They are accessible names of links, buttons, fields and headings, as screen readers say them.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """One language; ``mount`` stands before every path of it."""

    code: str
    mount: str
    search: str
    find: str
    categories: str
    filters: str
    narrow: str
    show_products: str
    remove_choice: str
    own_review: str
    add_bookmark: str
    bookmarks: str
    remove: str
    undo: str
    put_back: str
    filter: str
    name_or_reference: str
    no_bookmarks: str
    is_bookmarked: str
    see_bookmarks: str
    add_to_cart: str
    quantity: str
    cart: str
    your_cart: str
    to_checkout: str
    checkout: str
    your_name: str
    checkout_email: str
    street: str
    town: str
    postcode: str
    send_it: str
    collect_it: str
    demo_card: str
    place_order: str
    thank_you: str
    order_number: str
    problem: str
    account: str
    sign_in: str
    register: str
    create_account: str
    email: str
    password: str
    new_password: str
    send_letter: str
    change_password: str
    close_account: str
    confirm_address: str
    present_password: str
    one_more: str
    from_before: str
    write_review: str
    best_rating: str
    review_title: str
    review_text: str
    send_review: str
    awaits_moderation: str

    def bookmark(self, product: str) -> str:
        """The name of the button that saves a product."""
        return self.add_bookmark.format(product)


ENGLISH: Final = Words(
    code="en",
    mount="",
    search="Search the shop",
    find="Search",
    categories="Categories",
    filters="Products",
    narrow="Filter",
    show_products="Show products",
    remove_choice="(remove)",
    own_review="Write or change your review",
    add_bookmark="Bookmark {}",
    bookmarks="Bookmarks",
    remove="Remove",
    undo="Undo",
    put_back="Put it back",
    filter="Filter",
    name_or_reference="Name or reference",
    no_bookmarks="There are no bookmarks yet",
    is_bookmarked="{} is in your bookmarks",
    see_bookmarks="See your bookmarks",
    add_to_cart="Add to cart",
    quantity="Quantity",
    cart="Cart",
    your_cart="Your cart",
    to_checkout="Go to checkout",
    checkout="Checkout",
    your_name="Your name",
    checkout_email="Email address",
    street="House number and street",
    town="Town or city",
    postcode="Postcode",
    send_it="Send it to me",
    collect_it="I collect it",
    demo_card="Demo card: is accepted",
    place_order="Place the order",
    thank_you="Thank you!",
    order_number="Order number",
    problem="There is a problem",
    account="Your account",
    sign_in="Sign in",
    register="Create an account",
    create_account="Create the account",
    email="E-mail address",
    password="Password",
    new_password="New password",
    send_letter="Send the letter",
    change_password="Change the password",
    close_account="Close the account for good",
    confirm_address="Confirm the address",
    present_password="Present password",
    one_more="One more",
    from_before="from before",
    write_review="Write a review",
    best_rating="5 stars: Excellent",
    review_title="Title",
    review_text="Your review",
    send_review="Send review",
    awaits_moderation="awaits moderation",
)
GERMAN: Final = Words(
    code="de",
    mount="/de",
    search="Im Laden suchen",
    find="Suchen",
    categories="Kategorien",
    filters="Produkte",
    narrow="Filtern",
    show_products="Produkte zeigen",
    remove_choice="(entfernen)",
    own_review="Bewertung schreiben oder ändern",
    add_bookmark="{} merken",
    bookmarks="Merkzettel",
    remove="Entfernen",
    undo="Rückgängig",
    put_back="Zurücklegen",
    filter="Filtern",
    name_or_reference="Name oder Referenz",
    no_bookmarks="Ihr Merkzettel ist noch leer",
    is_bookmarked="{} ist auf Ihrem Merkzettel",
    see_bookmarks="Merkzettel ansehen",
    add_to_cart="In den Warenkorb",
    quantity="Anzahl",
    cart="Warenkorb",
    your_cart="Ihr Warenkorb",
    to_checkout="Zur Kasse",
    checkout="Kasse",
    your_name="Ihr Name",
    checkout_email="E-Mail-Adresse",
    street="Hausnummer und Straße",
    town="Ort",
    postcode="Postleitzahl",
    send_it="Schicken Sie es mir",
    collect_it="Ich hole es ab",
    demo_card="Demokarte: wird angenommen",
    place_order="Jetzt bestellen",
    thank_you="Vielen Dank!",
    order_number="Bestellnummer",
    problem="Etwas stimmt noch nicht",
    account="Ihr Konto",
    sign_in="Anmelden",
    register="Konto anlegen",
    create_account="Konto anlegen",
    email="E-Mail-Adresse",
    password="Passwort",
    new_password="Neues Passwort",
    send_letter="E-Mail schicken",
    change_password="Passwort ändern",
    close_account="Konto endgültig schließen",
    confirm_address="Adresse bestätigen",
    present_password="Bisheriges Passwort",
    one_more="Eins mehr",
    from_before="von vorher",
    write_review="Bewertung schreiben",
    best_rating="5 Sterne: Ausgezeichnet",
    review_title="Titel",
    review_text="Ihre Bewertung",
    send_review="Bewertung abschicken",
    awaits_moderation="geprüft",
)
