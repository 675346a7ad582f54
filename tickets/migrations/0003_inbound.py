import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_append_only"), ("people", "0003_mail")]

    operations = [
        migrations.AddField(
            model_name='message',
            name='quoted',
            field=models.TextField(blank=True, default='', help_text='what a mail repeated below its own words; folded'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='message_id',
            field=models.CharField(db_index=True, help_text='of the mail, given before the first attempt, kept by all', max_length=120),
        ),
        migrations.CreateModel(
            name='Inbox',
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
                ('mails', models.PositiveBigIntegerField(default=0, help_text='taken over so far')),
                ('fetched_at', models.DateTimeField(help_text='when the mailbox was last seen to its end', null=True)),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('done_at', None), ('failed_at', None)), fields=['due_at'], name='tickets_inbox_owed'), models.Index(condition=models.Q(('done_at', None), ('failed_at__isnull', False)), fields=['failed_at'], name='tickets_inbox_parked')],
            },
        ),
        migrations.CreateModel(
            name='InboundMail',
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
                ('identity', models.CharField(help_text='SHA-256 of what the sender wrote', max_length=64, unique=True)),
                ('sha256', models.CharField(help_text='of all bytes, as they came', max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('header_id', models.CharField(blank=True, db_index=True, help_text='its Message-ID', max_length=250)),
                ('source', models.CharField(choices=[('imap', 'Imap'), ('api', 'Api')], max_length=4)),
                ('mailbox', models.CharField(blank=True, max_length=200)),
                ('uid', models.CharField(blank=True, max_length=40)),
                ('received_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('new', 'New'), ('message', 'Message'), ('quarantine', 'Quarantine'), ('ignored', 'Ignored')], default='new', max_length=10)),
                ('reason', models.CharField(blank=True, help_text='code; why it is held or was set aside', max_length=30)),
                ('sender', models.CharField(blank=True, max_length=320)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('is_answerable', models.BooleanField(default=True, help_text='a receipt may be sent: the sender did not forbid it')),
                ('is_vouched', models.BooleanField(default=False, help_text='an administrator let it in from quarantine')),
                ('message', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mail', to='tickets.message')),
                ('person', models.ForeignKey(help_text='who is taken to write', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='tickets.ticket')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('done_at', None), ('failed_at', None)), fields=['due_at'], name='tickets_inboundmail_owed'), models.Index(condition=models.Q(('done_at', None), ('failed_at__isnull', False)), fields=['failed_at'], name='tickets_inboundmail_parked'), models.Index(fields=['-received_at'], name='inbound_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('message__isnull', False), ('state', 'message'), ('ticket__isnull', False)), models.Q(('message', None), ('state', 'new')), models.Q(('message', None), ('state__in', ['quarantine', 'ignored']), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='inbound_is_one_of_three')],
            },
        ),
    ]
