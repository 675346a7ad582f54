from django.db import migrations


class Migration(migrations.Migration):
    """Messages owed to webhooks."""

    dependencies = [("tickets", "0007_held")]

    operations = []
