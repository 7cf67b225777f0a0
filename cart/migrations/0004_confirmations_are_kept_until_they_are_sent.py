"""Keep what is to be written to shoppers until it is sent."""

from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def write_what_was_not_sent(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Orders whose mail had failed until now were found by the lack of its time."""
    order = apps.get_model("cart", "Order")
    letter = apps.get_model("cart", "Letter")
    unsent = order.objects.filter(state="placed", mailed_at=None)
    letter.objects.bulk_create([letter(order=one) for one in unsent.iterator()], batch_size=500)


class Migration(migrations.Migration):
    """Orders that were confirmed before have no letter; ``mailed_at`` says when they were."""

    dependencies: ClassVar = [("cart", "0003_what_was_agreed_to_is_kept")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("given-up", "Given up"),
                            ("not-needed", "Not needed: the order was cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "due_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="next try"
                    ),
                ),
                (
                    "problem",
                    models.CharField(blank=True, max_length=300, verbose_name="last problem"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="written"),
                ),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letter",
                        to="cart.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "confirmation",
                "ordering": ["-created_at", "-pk"],
                "indexes": [models.Index(fields=["state", "due_at"], name="letter_by_state")],
            },
        ),
        migrations.RunPython(write_what_was_not_sent, migrations.RunPython.noop),
    ]
