import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_inbound")]

    operations = [
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(help_text='of the token in the link', max_length=64, null=True, unique=True)),
                ('sent_at', models.DateTimeField(help_text='null: rated without being asked by mail', null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('score', models.PositiveSmallIntegerField(null=True)),
                ('comment', models.TextField(blank=True)),
                ('due_at', models.DateTimeField(help_text='the follow-up is to be closed by then', null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('outcome', models.TextField(blank=True, help_text='what the follow-up came to, in words')),
                ('owner', models.ForeignKey(help_text='follows it up', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(help_text='who is asked: the requester', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='survey', to='tickets.ticket')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at', None), ('due_at__isnull', False)), fields=['due_at'], name='follow_up_open'), models.Index(fields=['sent_at'], name='survey_sent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('score', None), ('score__range', (1, 5)), _connector='OR'), name='survey_score'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('score', None)), ('answered_at__isnull', False), _connector='OR'), name='survey_answered_whole'), models.CheckConstraint(condition=models.Q(('done_at', None), models.Q(('outcome', ''), _negated=True), _connector='OR'), name='follow_up_closed_in_words')],
            },
        ),
    ]
