"""What the service keeps: carts, and the orders that were made of them."""

from .cart import MOST, MOST_LINES, Cart, Line
from .letter import Letter
from .order import Order, OrderLine

__all__ = ["MOST", "MOST_LINES", "Cart", "Letter", "Line", "Order", "OrderLine"]
