import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_mail")]

    operations = [
        migrations.AddField(
            model_name='desk',
            name='reached',
            field=models.CharField(default='company', help_text='the page of the first day that comes next', max_length=20),
        ),
        migrations.CreateModel(
            name='Roster',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('departments', 'Departments'), ('people', 'People'), ('clients', 'Clients')], max_length=12)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(help_text='of the file', max_length=64)),
                ('columns', models.JSONField(help_text='the columns the file has, by our names')),
                ('lines', models.JSONField(help_text='for each row its line in the file and its cells, in the order of the columns')),
                ('made_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('claimed_until', models.DateTimeField(editable=False, help_text='nobody else may claim it before', null=True)),
                ('claim', models.PositiveIntegerField(default=0, editable=False, help_text='number of the present claim; the fence')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('started_at', models.DateTimeField(editable=False, help_text='when the attempt began whose end is unknown', null=True)),
                ('unsettled', models.PositiveSmallIntegerField(default=0, help_text='attempts of which nobody knows how they ended')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('failed_at', models.DateTimeField(blank=True, help_text='parked; a retry by hand clears it', null=True)),
                ('last_error', models.TextField(blank=True)),
                ('nonce', models.CharField(editable=False, max_length=43, unique=True)),
                ('sha256', models.CharField(editable=False, max_length=64, unique=True)),
                ('message_id', models.CharField(editable=False, help_text='of the mail, kept by every attempt', max_length=120)),
                ('made_at', models.DateTimeField(editable=False)),
                ('expires_at', models.DateTimeField(editable=False, help_text='seven days after it was made or last sent')),
                ('used_at', models.DateTimeField(editable=False, null=True)),
                ('revoked_at', models.DateTimeField(editable=False, null=True)),
                ('made_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('done_at', None), ('failed_at', None)), fields=['due_at'], name='people_invitation_owed'), models.Index(condition=models.Q(('done_at', None), ('failed_at__isnull', False)), fields=['failed_at'], name='people_invitation_parked')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None), ('used_at', None)), fields=('person',), name='invitation_one_live')],
            },
        ),
    ]
