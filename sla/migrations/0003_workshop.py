from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sla", "0002_append_only"), ("catalog", "0003_workshop"), ("people", "0002_desk")]

    operations = []
