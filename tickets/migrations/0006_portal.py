from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0005_desk"), ("catalog", "0004_search")]

    operations = []
