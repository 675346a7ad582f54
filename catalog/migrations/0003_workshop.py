import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_faces"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='service, form, calendar, policy or agreement', max_length=20)),
                ('code', models.SlugField(help_text='of the thing, which need not exist yet')),
                ('typed', models.JSONField(help_text="the editor's rows of texts (catalog/shaping/typed.py)")),
                ('revision', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField()),
                ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={'constraints': [models.UniqueConstraint(fields=('kind', 'code'), name='draft_once')]},
        ),
        migrations.CreateModel(
            name='WorkshopEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('code', models.SlugField()),
                ('verb', models.CharField(choices=[('found', 'Found'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('restored', 'Restored')], max_length=10)),
                ('was', models.PositiveIntegerField(help_text='the version in force before', null=True)),
                ('number', models.PositiveIntegerField(help_text='the version published', null=True)),
                ('content', models.JSONField(null=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={'indexes': [models.Index(fields=['kind', 'code', 'at'], name='workshop_event_of_thing')]},
        ),
    ]
