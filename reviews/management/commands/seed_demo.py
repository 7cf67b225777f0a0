"""Fill the database with the demonstration's reviews and a moderator."""

import os
import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand
from django.db import transaction

from ... import changes
from ...demo import reactions
from ...demo.plan import demo_reviews
from ...models import Photo, Report, Review, Vote

MODERATOR = "moderator"


class Command(BaseCommand):
    """Seeds once: a second run changes nothing, and so leaves moderation decisions alone."""

    help = (
        "Add the demonstration's synthetic reviews, and a staff user named moderator whose "
        "password is $DEMO_PASSWORD, or a random one that is printed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --again."""
        parser.add_argument(
            "--again", action="store_true", help="first delete all synthetic reviews"
        )

    @transaction.atomic
    def handle(self, *args: Any, again: bool, **options: Any) -> None:
        """Write the reviews and the moderator where they are missing."""
        synthetic = Review.objects.filter(synthetic=True)
        if again:
            synthetic.delete()
        if synthetic.exists():
            self.stdout.write("reviews: demonstration data is there already")
        else:
            reviews = self._reviews()
            changes.shown(review.product for review in reviews)
            self.stdout.write(f"reviews: wrote {len(reviews)} synthetic reviews")
        self._moderator()

    def _reviews(self) -> list[Review]:
        """The reviews, with everything that happened to them."""
        planned = list(demo_reviews())
        reactions.answer(planned)
        reactions.count_votes(planned)
        reviews = Review.objects.bulk_create(planned, batch_size=200)
        Vote.objects.bulk_create(reactions.votes(reviews), batch_size=500)
        Photo.objects.bulk_create(reactions.photos(reviews))
        Report.objects.bulk_create(reactions.reports(reviews))
        return reviews

    def _moderator(self) -> None:
        """Create the moderator, with the right to moderate and nothing else."""
        users = get_user_model()
        if users.objects.filter(username=MODERATOR).exists():
            return
        given = os.environ.get("DEMO_PASSWORD")
        password = given or secrets.token_urlsafe(12)
        user = users.objects.create_user(MODERATOR, password=password, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="reviews"))
        if not given:
            self.stdout.write(f"reviews: user {MODERATOR}, password {password}")
