"""Make what is searched anew: after changes that sent no signals, or of the database itself."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from ...search import indexing
from ...search.engines import engine


class Command(BaseCommand):
    """Products, their documents and the database's indexes; harmless at any time."""

    help = "Make the search index anew. Saving in the admin keeps it; bulk imports do not."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the indexes, then fill them."""
        with connection.cursor() as cursor:
            for statement in engine().prepare():
                cursor.execute(statement)
        self.stdout.write(f"product_details: {indexing.rebuild()} products can be found")
