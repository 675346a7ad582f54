from django.db import migrations


class Migration(migrations.Migration):
    """Causes of broken promises, exclusions, promises told anew."""

    dependencies = [("sla", "0007_calendars")]

    operations = []
