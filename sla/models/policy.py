from django.db import models


class Policy(models.Model):
    """A promise under a code that agreements name; what holds is in its published versions."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True, help_text="an inactive policy is promised to no new ticket")
    current = models.ForeignKey("PolicyVersion", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.code


class PolicyVersion(models.Model):
    """Immutable once published: targets by priority, pause reasons, escalation steps (docs/sla.md, Clocks)."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField(editable=False)
    published_by = models.ForeignKey("people.Person", models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once")]

    def __str__(self) -> str:
        return f"{self.policy} {self.number}"
