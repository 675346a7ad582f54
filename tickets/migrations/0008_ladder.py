import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Watchers of tickets, and messages owed to webhooks."""

    dependencies = [
        ("tickets", "0007_held"),
        ("sla", "0006_ladder"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TicketWatcher",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="watchers", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "person"), name="ticket_watcher_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField()),
                (
                    "claimed_until",
                    models.DateTimeField(editable=False, help_text="nobody else may claim it before", null=True),
                ),
                (
                    "claim",
                    models.PositiveIntegerField(
                        default=0, editable=False, help_text="number of the present claim; the fence"
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "started_at",
                    models.DateTimeField(
                        editable=False, help_text="when the attempt began whose end is unknown", null=True
                    ),
                ),
                (
                    "unsettled",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="attempts of which nobody knows how they ended"
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "failed_at",
                    models.DateTimeField(blank=True, help_text="parked; a retry by hand clears it", null=True),
                ),
                ("last_error", models.TextField(blank=True)),
                (
                    "body",
                    models.JSONField(help_text="what is sent: codes, numbers and instants, no word that anybody wrote"),
                ),
                (
                    "escalation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.escalation"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tickets.ticket"
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.webhook"),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None), ("failed_at", None)),
                        fields=["due_at"],
                        name="tickets_webhookmessage_owed",
                    ),
                    models.Index(
                        condition=models.Q(("done_at", None), ("failed_at__isnull", False)),
                        fields=["failed_at"],
                        name="tickets_webhookmessage_parked",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("escalation", "webhook"), name="webhook_message_once"),
                ],
            },
        ),
    ]
