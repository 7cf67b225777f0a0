"""The cart: what shoppers want to buy, the checkout, and the orders that come of it."""
