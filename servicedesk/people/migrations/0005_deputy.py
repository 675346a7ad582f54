from django.db import migrations, models
from django.db.models import Q

OVER = ["agent", "head", "deputy", "client_manager"]


class Migration(migrations.Migration):
    """Deputies of heads."""

    dependencies = [("people", "0004_setup")]

    operations = [
        migrations.AlterField(
            model_name="role",
            name="kind",
            field=models.CharField(
                choices=[
                    ("agent", "Agent"),
                    ("head", "Head"),
                    ("deputy", "Deputy"),
                    ("leader", "Leader"),
                    ("administrator", "Administrator"),
                    ("client_manager", "Client Manager"),
                ],
                max_length=16,
            ),
        ),
        migrations.RemoveConstraint(model_name="role", name="role_over_a_customer"),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                name="role_over_a_customer",
                condition=Q(kind__in=OVER, customer__isnull=False)
                | Q(kind__in=["leader", "administrator"], customer__isnull=True),
            ),
        ),
    ]
