from django.db import migrations


class Migration(migrations.Migration):
    """Stage plans checked against the promise."""

    dependencies = [("catalog", "0005_administration")]

    operations = []
