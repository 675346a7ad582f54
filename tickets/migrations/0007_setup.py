from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_portal"), ("people", "0004_setup")]

    operations = []
