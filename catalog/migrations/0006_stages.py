from django.db import migrations, models


class Migration(migrations.Migration):
    """Stage plans checked against the promise."""

    dependencies = [("catalog", "0005_administration")]

    operations = [
        migrations.AddField(
            model_name="plannedstage",
            name="beside",
            field=models.BooleanField(default=False, help_text="runs side by side with the stage before it"),
        ),
        migrations.AddField(
            model_name="plannedstage",
            name="kind",
            field=models.CharField(choices=[("work", "Work"), ("approval", "Approval")], default="work", max_length=10),
        ),
        migrations.AddField(
            model_name="plannedstage",
            name="seconds",
            field=models.PositiveIntegerField(null=True, help_text="working time an approval may take"),
        ),
        migrations.AddConstraint(
            model_name="plannedstage",
            constraint=models.CheckConstraint(
                name="planned_approval_timed",
                condition=models.Q(kind="approval", seconds__isnull=False) | models.Q(kind="work", seconds=None),
            ),
        ),
        migrations.AddField(
            model_name="offering",
            name="asks_urgency",
            field=models.BooleanField(default=False, help_text="the form asks for impact and urgency"),
        ),
        migrations.AddField(
            model_name="workshopevent",
            name="reason",
            field=models.TextField(blank=True, help_text="why it was published although a check objected"),
        ),
    ]
