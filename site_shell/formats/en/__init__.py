"""English, as it is written where the shop is."""
