import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PROTECT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sla_review
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'servicedesk_app') THEN
        REVOKE UPDATE, DELETE ON sla_review FROM servicedesk_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    """Reports a leader has read."""

    dependencies = [
        ('people', '__first__'),
        ('sla', '0008_breach'),
    ]

    operations = [
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.CharField(choices=[('bridge', 'Bridge')], default='bridge', max_length=20)),
                ('metric', models.CharField(blank=True, help_text='what it was narrowed to; empty: every promise', max_length=20)),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(help_text='the first day after the period')),
                ('met', models.PositiveIntegerField(help_text='promises kept, as the report said then')),
                ('total', models.PositiveIntegerField(help_text='of so many')),
                ('decisions', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.customer')),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.customer')),
            ],
        ),
        migrations.CreateModel(
            name='ReviewLetter',
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
                ('message_id', models.CharField(help_text='of the mail, kept by every attempt', max_length=120)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='sla.review')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReviewTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=300)),
                ('due_on', models.DateField(help_text="the last day to do it on, of the company's zone")),
                ('done_at', models.DateTimeField(null=True)),
                ('outcome', models.TextField(blank=True)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_tasks', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='sla.review')),
            ],
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['report', '-at'], name='review_last'),
        ),
        migrations.AddIndex(
            model_name='reviewletter',
            index=models.Index(condition=models.Q(('done_at', None), ('failed_at', None)), fields=['due_at'], name='sla_reviewletter_owed'),
        ),
        migrations.AddIndex(
            model_name='reviewletter',
            index=models.Index(condition=models.Q(('done_at', None), ('failed_at__isnull', False)), fields=['failed_at'], name='sla_reviewletter_parked'),
        ),
        migrations.AddConstraint(
            model_name='reviewletter',
            constraint=models.UniqueConstraint(fields=('review', 'person'), name='review_letter_once'),
        ),
        migrations.AddConstraint(
            model_name='reviewtask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None)), models.Q(('done_at__isnull', False), ('done_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='review_task_done_in_words'),
        ),
        migrations.RunSQL(PROTECT, "DROP TRIGGER append_only ON sla_review;"),
    ]
