"""Addresses of the demonstration shop that the tests visit."""

HOME = "/"
PRODUCTS = "/products/"
BOOKMARKS = "/bookmarks/"
CART = "/cart/"
# What the journeys look for, by language: in stock, and called like this.
KIND = {"en": "vase", "de": "Vasen"}
FOUND = {"en": "Tide Vase", "de": "Gezeitenvase"}
CATEGORY = "/categories/lighting/"
PRODUCT = "/products/h1001/tide-vase/"
# Not the one that is chosen at first; with reviews for several pages.
VARIANT = "/products/h1001/tide-vase/chalk-small/"
HOSTILE_REVIEWS = "/products/h1060/salt-and-vinegar-tea-towels/"
LONG_NAME = "/products/h1014/nesting-bowls-with-lids/"
RIGHT_TO_LEFT = "/products/h1042/siraj-candle-holder/"
# So few that two who want all of it cannot both have it.
RARE = "/products/h1057/nomad-kilim/"
SOLD_OUT = "/products/h1031/lantern-for-a-long-winter/"
# Three of them are in stock.
FEW_LEFT = "/products/h1030/paper-moon/80-cm/"

FORMER_SLUG = "/products/h1001/what-it-was-called-once/"
UNKNOWN_PRODUCT = "/products/h9999/no-such-vase/"
WITHDRAWN = "/products/h1022/jubilee-mug-2022/"
REPLACED = "/products/h1005/furrow-vase-first-edition/"
SUCCESSOR = "/products/h1004/furrow-vase/"
UNKNOWN_PAGE = "/no/such/page/"
UNREADABLE = "/products/H-1001/tide-vase/"
ACTION = "/actions/reviews/form/submit"

PAGES = (
    HOME,
    PRODUCTS,
    CATEGORY,
    PRODUCT,
    VARIANT,
    HOSTILE_REVIEWS,
    LONG_NAME,
    RIGHT_TO_LEFT,
    SOLD_OUT,
)
# What they show is for one shopper.
PERSONAL = (
    BOOKMARKS,
    CART,
    "/checkout/",
    "/account/sign-in/",
    "/account/register/",
    "/account/reset/",
)
# Address and status of pages about something that is wrong.
APOLOGIES = (
    (UNKNOWN_PRODUCT, 404),
    (UNKNOWN_PAGE, 404),
    (WITHDRAWN, 410),
    (UNREADABLE, 400),
    (ACTION, 405),
)
# Which parts a page has at least, by the teams that serve them.
BOUNDARIES = {
    HOME: {"product_details/navigation", "product_details/list", "bookmarks/toggle"},
    PRODUCTS: {"product_details/navigation", "product_details/list", "bookmarks/toggle"},
    PRODUCT: {"product_details/page", "reviews/list", "cart/add", "bookmarks/toggle"},
    BOOKMARKS: {"product_details/navigation", "bookmarks/list"},
}
