from django.db import migrations


class Migration(migrations.Migration):
    """Steps of the ladder: quiet hours, webhooks."""

    dependencies = [("sla", "0005_replay")]

    operations = []
