from django.db import models
from django.db.models import Q

from servicedesk.people.models.customer import Customer
from servicedesk.people.models.person import Person


class Role(models.Model):
    """What a person may do beyond asking for things.

    Two roles need no row: everyone of a department is a requester, everyone of a company is a client member.
    A role over a customer holds for the whole branch below it. A deputy stands in for the head: they may do what the
    head may, and steps of a ladder name them apart (docs/decisions/0014).
    """

    class Kind(models.TextChoices):
        AGENT = "agent"
        HEAD = "head"
        DEPUTY = "deputy"
        LEADER = "leader"
        ADMINISTRATOR = "administrator"
        CLIENT_MANAGER = "client_manager"

    #: Who answers for a department, and who works in it: whatever asks for either asks here.
    ANSWERS_FOR = (Kind.HEAD, Kind.DEPUTY)
    WORKS_IN = (Kind.AGENT, *ANSWERS_FOR)
    OVER_A_CUSTOMER = (*WORKS_IN, Kind.CLIENT_MANAGER)

    person = models.ForeignKey(Person, models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=16, choices=Kind)
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="roles")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "customer"], name="role_once", nulls_distinct=False),
            models.CheckConstraint(
                name="role_over_a_customer",
                condition=Q(kind__in=["agent", "head", "deputy", "client_manager"], customer__isnull=False)
                | Q(kind__in=["leader", "administrator"], customer__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.customer or ''}".strip()
