"""A vote belongs to an account: those of cookies go, and what is counted is what is left."""

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Concat, Substr


def forget_votes_of_cookies(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Delete the votes that nobody has signed in for, and count anew where there were some."""
    votes, reviews = apps.get_model("reviews", "Vote"), apps.get_model("reviews", "Review")
    # Of the demonstration, which was seeded with them, and is not seeded again.
    shown = votes.objects.filter(subject__startswith="anon:demo-")
    shown.update(subject=Concat(models.Value("user:"), Substr("subject", len("anon:") + 1)))
    gone = votes.objects.exclude(subject__startswith="user:")
    touched = list(gone.values_list("review_id", flat=True).distinct())
    gone.delete()
    for key in touched:
        left = votes.objects.filter(review_id=key).count()
        reviews.objects.filter(pk=key).update(helpful=left)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_languages")]

    operations = [
        migrations.CreateModel(
            name="WaitingVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=64, verbose_name="visitor")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waiting_votes",
                        to="reviews.review",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject"], name="reviews_waiting_votes_of"),
                    models.Index(fields=["created_at"], name="reviews_waiting_votes_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("review", "subject"), name="reviews_waiting_vote_once"
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="vote",
            name="subject",
            field=models.CharField(max_length=64, verbose_name="shopper"),
        ),
        migrations.RunPython(forget_votes_of_cookies, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.CheckConstraint(
                condition=models.Q(("subject__startswith", "user:")),
                name="reviews_vote_of_an_account",
            ),
        ),
    ]
