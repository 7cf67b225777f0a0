"""Remember that a provider was asked for money, until it cannot come any more or is given back."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def note_what_is_on_its_way(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Orders between reserving and the end may have been charged already."""
    orders = apps.get_model("cart", "Order").objects.filter(state__in=("reserved", "releasing"))
    orders.update(asked_at=models.F("created_at"))


class Migration(migrations.Migration):
    """A charge that was made after its order had been cancelled was kept."""

    dependencies: ClassVar = [("cart", "0005_totals_of_many_dear_things_fit")]

    operations: ClassVar = [
        migrations.AddField(
            "order",
            "asked_at",
            models.DateTimeField(
                null=True,
                editable=False,
                help_text="When the payment provider was last asked to charge it.",
            ),
        ),
        migrations.AddField(
            "order",
            "recheck_at",
            models.DateTimeField(
                null=True,
                editable=False,
                db_index=True,
                help_text="When it is asked next whether it charged although it was cancelled.",
            ),
        ),
        migrations.AddField(
            "order",
            "refunded_at",
            models.DateTimeField(
                "paid back",
                null=True,
                editable=False,
                help_text="When what was paid was given back.",
            ),
        ),
        migrations.RunPython(note_what_is_on_its_way, migrations.RunPython.noop),
    ]
