from django.db import migrations


class Migration(migrations.Migration):
    """Confirmed years of calendars; who signed an agreement."""

    dependencies = [("sla", "0006_ladder")]

    operations = []
