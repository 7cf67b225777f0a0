"""What the service shows in the shop. Importing it declares every fragment and action."""

from .add import add_to_cart
from .checkout import checkout
from .mini import mini_cart
from .orders import order, orders
from .page import cart_page

FRAGMENTS = (mini_cart, add_to_cart, cart_page, checkout, order, orders)

__all__ = ["FRAGMENTS"]
