from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What the bridge reads: clocks that run, and of the facts those that reports count."""

    dependencies = [("sla", "0003_workshop")]

    operations = [
        migrations.RemoveIndex(model_name="journey", name="journey_attributes"),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(
                fields=["id"],
                include=["customer_id", "provider_id", "segment_id", "service_id", "is_confidential"],
                name="journey_attributes",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                fields=["calendar", "target_seconds", "due_at"],
                include=["verdict", "metric", "provider_id", "journey_id"],
                name="clock_running",
                condition=Q(state="running"),
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                fields=["kind", "at"],
                include=["journey_id", "seq", "score"],
                name="fact_reported",
                condition=Q(kind__in=["filed", "resolved", "rated"]),
            ),
        ),
    ]
