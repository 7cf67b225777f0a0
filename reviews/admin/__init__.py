"""The moderation desk: reviews to decide on, reports to look into, and who may do so."""

from .accounts import GroupAdmin, UserAdmin
from .reports import ReportAdmin
from .reviews import ReviewAdmin

__all__ = ["GroupAdmin", "ReportAdmin", "ReviewAdmin", "UserAdmin"]
