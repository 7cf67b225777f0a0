"""One account has an address, and any number may claim it."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart from what was confirmed before: PostgreSQL alters no table with changes pending."""

    dependencies: ClassVar = [
        ("accounts", "0002_an_address_is_claimed_until_it_is_confirmed"),
    ]

    operations: ClassVar = [
        migrations.RemoveConstraint("shopper", "one_password_per_address"),
        migrations.AddConstraint(
            "shopper",
            models.UniqueConstraint(
                models.F("email"),
                condition=models.Q(("confirmed_at__isnull", False), ("provider", "")),
                name="one_confirmed_account_per_address",
            ),
        ),
    ]
