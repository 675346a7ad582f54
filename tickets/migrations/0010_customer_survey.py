import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

PROTECT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON tickets_answer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'servicedesk_app') THEN
        REVOKE UPDATE, DELETE ON tickets_answer FROM servicedesk_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    """Departments rate the departments that serve them."""

    dependencies = [
        ('people', '__first__'),
        ('tickets', '0009_priorities'),
    ]

    operations = [
        migrations.CreateModel(
            name='SurveyRound',
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
                ('from_on', models.DateField(help_text='the first day of the quarter that is judged', unique=True)),
                ('to_on', models.DateField(help_text='the first day after it')),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('open', 'Open'), ('closed', 'Closed'), ('skipped', 'Skipped')], default='planned', max_length=8)),
                ('seed', models.BigIntegerField(help_text='of the draw; with it the draw can be repeated', null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('closes_at', models.DateTimeField(null=True)),
                ('opened_by', models.ForeignKey(help_text='null: the desk', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Asked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('providers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='ids of the departments they are asked about', size=None)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('is_answered', models.BooleanField(default=False)),
                ('customer', models.ForeignKey(help_text='the department they ask for', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.customer')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asked', to='tickets.surveyround')),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('punctual', models.PositiveSmallIntegerField()),
                ('helpful', models.PositiveSmallIntegerField()),
                ('clear', models.PositiveSmallIntegerField()),
                ('comment', models.TextField(blank=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.customer')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.customer')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='tickets.surveyround')),
            ],
        ),
        migrations.CreateModel(
            name='SurveyLetter',
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
                ('is_reminder', models.BooleanField(default=False)),
                ('message_id', models.CharField(help_text='of the mail, kept by every attempt', max_length=120)),
                ('asked', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='tickets.asked')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('done_at', None), ('failed_at', None)), fields=['due_at'], name='tickets_surveyletter_owed'), models.Index(condition=models.Q(('done_at', None), ('failed_at__isnull', False)), fields=['failed_at'], name='tickets_surveyletter_parked')],
                'constraints': [models.UniqueConstraint(fields=('asked', 'is_reminder'), name='survey_letter_once')],
            },
        ),
        migrations.AddIndex(
            model_name='surveyround',
            index=models.Index(condition=models.Q(('done_at', None), ('failed_at', None)), fields=['due_at'], name='tickets_surveyround_owed'),
        ),
        migrations.AddIndex(
            model_name='surveyround',
            index=models.Index(condition=models.Q(('done_at', None), ('failed_at__isnull', False)), fields=['failed_at'], name='tickets_surveyround_parked'),
        ),
        migrations.AddConstraint(
            model_name='surveyround',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'skipped']), models.Q(('closes_at__isnull', False), ('opened_at__isnull', False), ('seed__isnull', False)), _connector='OR'), name='surveyround_opened_whole'),
        ),
        migrations.AddConstraint(
            model_name='asked',
            constraint=models.UniqueConstraint(fields=('round', 'person'), name='asked_once'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('clear__range', (1, 5)), ('helpful__range', (1, 5)), ('punctual__range', (1, 5))), name='answer_scores'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('customer', models.F('provider')), _negated=True), name='answer_not_of_oneself'),
        ),
        migrations.RunSQL(PROTECT, "DROP TRIGGER append_only ON tickets_answer;"),
    ]
