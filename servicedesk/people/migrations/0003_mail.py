import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_desk")]

    operations = [
        migrations.AddField(
            model_name='customer',
            name='mail_domains',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='whoever writes from these domains belongs here, such as opt-torg.example', size=None),
        ),
        migrations.AddField(
            model_name='customer',
            name='mail_offering',
            field=models.SlugField(blank=True, help_text="the offering that a mail asks for; empty: that of the customer above, else the desk's"),
        ),
        migrations.AddField(
            model_name='desk',
            name='mail_offering',
            field=models.SlugField(blank=True, help_text='the offering that a mail asks for'),
        ),
    ]
