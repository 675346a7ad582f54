from servicedesk.people.models.customer import Customer, Segment
from servicedesk.people.models.desk import Desk
from servicedesk.people.models.invitation import Invitation
from servicedesk.people.models.person import Person
from servicedesk.people.models.role import Role
from servicedesk.people.models.roster import Roster
from servicedesk.people.models.token import Token

__all__ = ["Customer", "Desk", "Invitation", "Person", "Role", "Roster", "Segment", "Token"]
