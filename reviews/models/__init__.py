"""What the service keeps: reviews and all that hangs on them."""

from .draft import Draft
from .photo import MOST_PHOTOS, Photo
from .rating_due import RatingDue
from .report import Report
from .review import BEST, PRODUCT_MAX_LENGTH, PRODUCT_PATTERN, SUBJECT_MAX_LENGTH, Review
from .vote import Vote, WaitingVote

__all__ = [
    "BEST",
    "MOST_PHOTOS",
    "PRODUCT_MAX_LENGTH",
    "PRODUCT_PATTERN",
    "SUBJECT_MAX_LENGTH",
    "Draft",
    "Photo",
    "RatingDue",
    "Report",
    "Review",
    "Vote",
    "WaitingVote",
]
