"""Bookmarks: what a shopper saved for later, whoever that shopper is."""
