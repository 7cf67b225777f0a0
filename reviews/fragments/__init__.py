"""What the service serves. All actions are declared once this package is imported."""

from . import reacting
from .reading import review_list, review_stars
from .writing import review_form

__all__ = ["reacting", "review_form", "review_list", "review_stars"]
