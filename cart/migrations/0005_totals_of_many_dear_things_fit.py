"""Make room for totals: a price fits into 32 bits, a cart full of the dearest does not."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Until now such an order failed on PostgreSQL, whose integers have 32 bits."""

    dependencies: ClassVar = [("cart", "0004_confirmations_are_kept_until_they_are_sent")]

    operations: ClassVar = [
        migrations.AlterField("order", "goods_minor", models.PositiveBigIntegerField()),
        migrations.AlterField("order", "shipping_minor", models.PositiveBigIntegerField()),
        migrations.AlterField("order", "total_minor", models.PositiveBigIntegerField()),
        migrations.AlterField(
            "order",
            "vat_minor",
            models.PositiveBigIntegerField(help_text="Contained in the total."),
        ),
    ]
