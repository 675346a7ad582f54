from django.db import migrations, models


class Migration(migrations.Migration):
    """Events of broken promises: causes and exclusions."""

    dependencies = [("tickets", "0010_customer_survey")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("filed", "Filed"),
                    ("stage_started", "Stage Started"),
                    ("stage_finished", "Stage Finished"),
                    ("replied", "Replied"),
                    ("customer_wrote", "Customer Wrote"),
                    ("noted", "Noted"),
                    ("taken", "Taken"),
                    ("assigned", "Assigned"),
                    ("waiting", "Waiting"),
                    ("resumed", "Resumed"),
                    ("reprioritised", "Reprioritised"),
                    ("retitled", "Retitled"),
                    ("promised", "Promised"),
                    ("resolved", "Resolved"),
                    ("reopened", "Reopened"),
                    ("closed", "Closed"),
                    ("withdrawn", "Withdrawn"),
                    ("merged", "Merged"),
                    ("unmerged", "Unmerged"),
                    ("rated", "Rated"),
                    ("escalated", "Escalated"),
                    ("called", "Called"),
                    ("charge_taken", "Charge Taken"),
                    ("cause_named", "Cause Named"),
                    ("exclusion_asked", "Exclusion Asked"),
                    ("exclusion_decided", "Exclusion Decided"),
                    ("exclusion_withdrawn", "Exclusion Withdrawn"),
                ],
                max_length=20,
            ),
        ),
    ]
