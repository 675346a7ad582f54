from django.db import migrations


class Migration(migrations.Migration):
    """Deputies of heads."""

    dependencies = [("people", "0004_setup")]

    operations = []
