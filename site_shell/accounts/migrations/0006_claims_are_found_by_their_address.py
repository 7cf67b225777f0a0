from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_accounts_know_when_they_were_used")]

    operations = [
        migrations.AddIndex(
            model_name="shopper",
            index=models.Index(
                condition=models.Q(("confirmed_at__isnull", True), ("provider", "")),
                fields=["email"],
                name="claims_of_an_address",
            ),
        ),
    ]
