from servicedesk.people.models.customer import Customer, Segment
from servicedesk.people.models.person import Person
from servicedesk.people.models.role import Role
from servicedesk.people.models.token import Token

__all__ = ["Customer", "Person", "Role", "Segment", "Token"]
