"""An address is a claim until its letter is answered; a name chosen here stays."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def confirm_all(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Until now an address had one account, whose it was by being the first."""
    shopper = apps.get_model("accounts", "Shopper")
    shopper.objects.filter(provider="").update(confirmed_at=models.F("created_at"))


class Migration(migrations.Migration):
    """Undone, it asks for one account of each address again, so claims have to go first."""

    dependencies: ClassVar = [("accounts", "0001_shoppers")]

    operations: ClassVar = [
        migrations.AddField(
            "shopper", "confirmed_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            "shopper", "has_own_name", models.BooleanField(db_default=False, default=False)
        ),
        migrations.RunPython(confirm_all, migrations.RunPython.noop),
    ]
