"""What the service keeps: carts, and the orders that were made of them."""

from .cart import MOST, Cart, Line
from .order import Order, OrderLine

__all__ = ["MOST", "Cart", "Line", "Order", "OrderLine"]
