from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from product_details.search.engines import engine


def prepare(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the indexes; ``rebuild_search`` fills them where there are products already."""
    for statement in engine(editor.connection.alias).prepare():
        editor.execute(statement.replace("%", "%%"))


class Migration(migrations.Migration):
    dependencies = [("product_details", "0003_facets_ratings_and_words")]
    operations = [migrations.RunPython(prepare, migrations.RunPython.noop)]
