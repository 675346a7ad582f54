from django.db import migrations


class Migration(migrations.Migration):
    """Departments rate the departments that serve them."""

    dependencies = [("tickets", "0009_priorities")]

    operations = []
