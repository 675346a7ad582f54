from django.db import migrations


class Migration(migrations.Migration):
    """A promise tried on past journeys."""

    dependencies = [("sla", "0004_bridge")]

    operations = []
