from django.db import migrations


class Migration(migrations.Migration):
    """Reports a leader has read."""

    dependencies = [("sla", "0008_breach")]

    operations = []
