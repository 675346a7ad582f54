from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_append_only"), ("people", "0003_mail")]

    operations = []
