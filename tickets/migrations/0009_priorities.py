from django.db import migrations


class Migration(migrations.Migration):
    """Impact and urgency."""

    dependencies = [("tickets", "0008_ladder")]

    operations = []
