from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_survey"), ("catalog", "0002_faces")]

    operations = []
