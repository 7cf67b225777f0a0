"""Add the demonstration's member of staff."""

import os
import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

OPERATOR = "operator"


class Command(BaseCommand):
    """A second run changes nothing."""

    help = (
        "Add a staff user named operator who may do everything, and whose password is "
        "$DEMO_PASSWORD, or a random one that is printed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the operator, unless there is one."""
        users = get_user_model()
        if users.objects.filter(username=OPERATOR).exists():
            return
        given = os.environ.get("DEMO_PASSWORD")
        password = given or secrets.token_urlsafe(12)
        users.objects.create_superuser(OPERATOR, password=password)
        if not given:
            self.stdout.write(f"site_shell: user {OPERATOR}, password {password}")
