"""Reviews: what shoppers say about products, and the moderation of it."""
