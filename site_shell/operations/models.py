"""What the desk keeps in the shell's database. No page ever reads it."""

from django.db import models


class FailedSignIn(models.Model):
    """A sign-in that has not succeeded. Name and address are kept as digests only.

    People type passwords into the wrong field, and an address is personal.
    """

    name = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class Desk(models.Model):
    """No table: what people may do at the desk, for groups and users to be given."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = (
            ("change_releases", "Can promote, roll back and kill releases"),
            ("stage", "Can see pages with overrides and injected faults"),
        )

    def __str__(self) -> str:
        return "the desk"
