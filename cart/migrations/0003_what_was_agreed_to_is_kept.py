"""Add to orders the digest of what their shoppers agreed to."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Earlier orders have none: one that is under way is taken back and written anew."""

    dependencies: ClassVar = [("cart", "0002_an_order_may_be_releasing")]

    operations: ClassVar = [
        migrations.AddField(
            "order",
            "seen",
            models.CharField(
                default="",
                editable=False,
                help_text="The digest of what the shopper agreed to.",
                max_length=32,
            ),
            preserve_default=False,
        ),
    ]
