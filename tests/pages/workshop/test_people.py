"""People, as administrators add, change, close and reopen them in the product."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.actions import people as acts
from catalog.models import WorkshopEvent
from servicedesk.clock import database_now
from servicedesk.errors import Forbidden
from servicedesk.people.models import Invitation, Person, Role
from servicedesk.people.said.person import PersonSaid, said_of_person
from servicedesk.people.said.refusal import mark_of
from servicedesk.people.tokens import issue_token, token_of
from tests.cast import Cast

SignIn = Callable[[str], Client]
HERE = "/workshop/people/"


def said_of(cast: Cast, who: str, **more: str) -> dict[str, str]:
    """What the page of this person sends when somebody changes `more` on it."""
    typed = said_of_person(Person.objects.get(pk=cast.people[who].pk)).typed
    return typed | {"seen": mark_of(typed)} | more


def page_of(cast: Cast, name: str) -> str:
    return f"{HERE}{cast.people[name].pk}/"


def new(cast: Cast, **more: str) -> dict[str, str]:
    said = {"name": "Nora New", "login": "nora", "email": "nora@example.org", "language": "en", "time_zone": ""}
    return said | {"customer": str(cast.it.pk)} | more


def test_a_person_is_added_and_invited_and_the_log_says_by_whom(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("adam").post(f"{HERE}new/", new(cast, invite="yes"))
    nora = Person.objects.get(login="nora")
    assert answer.headers["Location"] == f"{HERE}{nora.pk}/"
    assert (nora.customer, nora.language, nora.has_usable_password()) == (cast.it, "en", False)
    assert Invitation.objects.get().person == nora
    events = WorkshopEvent.objects.filter(kind="person", code=str(nora.pk)).order_by("pk")
    assert [(event.verb, event.by) for event in events] == [("added", cast.adam), ("invited", cast.adam)]
    page = sign_in("adam").get(f"{HERE}{nora.pk}/").content.decode()
    assert "Adam Administrator" in page
    assert "Customer: IT" in page


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"login": "IGOR"}, "Somebody has this login already."),
        ({"email": "Igor@Example.org"}, "Somebody has this address already."),
        ({"login": "igor@example.org"}, "This login is the address of somebody else."),
        ({"login": "two words"}, "without spaces"),
        ({"email": "nora"}, "This is no e-mail address"),
        ({"name": " "}, "Give a name"),
        ({"customer": ""}, "Choose the department or the company"),
        ({"customer": "99999999999999"}, "Choose the department or the company"),
        ({"language": "de"}, "Choose one of the languages."),
        ({"time_zone": "Nowhere"}, "This is no time zone."),
    ],
)
def test_what_cannot_be_so_is_told_beside_what_was_typed(
    cast: Cast, sign_in: SignIn, more: dict[str, str], words: str
) -> None:
    said = new(cast, **more)
    answer = sign_in("adam").post(f"{HERE}new/", said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'aria-invalid="true"' in page
    assert f'value="{said["login"]}"' in page
    assert not Person.objects.filter(name=said["name"]).exists()
    assert not WorkshopEvent.objects.exists()


def test_a_change_is_kept_and_told_field_by_field(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in("adam")
    adam.post(page_of(cast, "ann"), said_of(cast, "ann", name="Ann Other", time_zone="samara"))
    cast.ann.refresh_from_db()
    assert (cast.ann.name, cast.ann.time_zone) == ("Ann Other", "Europe/Samara")
    page = adam.get(page_of(cast, "ann")).content.decode()
    assert "Name: Ann Employee → Ann Other" in page
    assert "Time zone: Europe/Samara" in page
    adam.post(page_of(cast, "ann"), said_of(cast, "ann"))
    assert WorkshopEvent.objects.count() == 1, "what changes nothing is no event"


def test_nobody_overwrites_a_person_they_have_not_seen(cast: Cast, sign_in: SignIn) -> None:
    stale = said_of(cast, "ann", name="Mine")
    sign_in("adam").post(page_of(cast, "ann"), said_of(cast, "ann", email="ann.other@example.org"))
    answer = sign_in("adam").post(page_of(cast, "ann"), stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody changed this meanwhile." in page
    assert 'value="Mine"' in page
    cast.ann.refresh_from_db()
    assert (cast.ann.name, cast.ann.email) == ("Ann Employee", "ann.other@example.org")


def test_roles_are_given_and_taken_as_rows(cast: Cast, sign_in: SignIn) -> None:
    adam, here = sign_in("adam"), page_of(cast, "ann")
    for _twice in range(2):
        adam.post(f"{here}roles/", {"kind": "agent", "over": str(cast.warehouse.pk)})
    role = Role.objects.get(person=cast.ann)
    assert "agent: Warehouse" in adam.get(here).content.decode()
    assert sign_in("ann").get("/desk/").status_code == 200
    adam.post(f"{here}roles/{role.pk}/take/")
    assert not Role.objects.filter(person=cast.ann).exists()
    assert "Role: no longer agent: Warehouse" in adam.get(here).content.decode()
    assert WorkshopEvent.objects.filter(code=str(cast.ann.pk)).count() == 2


@pytest.mark.parametrize(
    ("who", "kind", "over", "words"),
    [
        ("ann", "agent", "", "Choose a department."),
        ("ann", "head", "opt_torg", "Choose a department."),
        ("ann", "client_manager", "opt_torg", "Only people of a company represent it."),
        ("carl", "agent", "it", "People of a company cannot have this role."),
        ("carl", "administrator", "", "People of a company cannot have this role."),
        ("carl", "client_manager", "it", "Choose a company."),
        ("ann", "king", "", "Choose a role."),
    ],
)
def test_a_role_that_does_not_fit_is_refused(
    cast: Cast, sign_in: SignIn, who: str, kind: str, over: str, words: str
) -> None:
    said = {"kind": kind, "over": str(getattr(cast, over).pk) if over else ""}
    answer = sign_in("adam").post(f"{page_of(cast, who)}roles/", said)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Role.objects.filter(person=cast.people[who]).exists()


def test_an_agent_does_not_become_a_client_with_the_role(cast: Cast, sign_in: SignIn) -> None:
    said = said_of(cast, "igor", customer=str(cast.opt_torg.pk))
    answer = sign_in("adam").post(page_of(cast, "igor"), said)
    assert answer.status_code == 422
    cast.igor.refresh_from_db()
    assert cast.igor.customer == cast.it


def test_a_role_of_somebody_else_is_not_taken_through_this_person(cast: Cast, sign_in: SignIn) -> None:
    role = Role.objects.get(person=cast.igor)
    assert sign_in("adam").post(f"{page_of(cast, 'ann')}roles/{role.pk}/take/").status_code == 404
    assert Role.objects.filter(pk=role.pk).exists()


def test_a_closed_account_ends_sessions_and_tokens_for_good(cast: Cast, sign_in: SignIn) -> None:
    ann, adam = sign_in("ann"), sign_in("adam")
    secret = issue_token(person=cast.ann, now=database_now())
    assert ann.get("/tickets/").status_code == 200
    adam.post(f"{page_of(cast, 'ann')}close/")
    assert ann.get("/tickets/").status_code == 302
    assert token_of(secret=secret, now=database_now()) is None
    assert adam.get(f"{HERE}?role=closed").content.decode().count("Ann Employee") == 1
    adam.post(f"{page_of(cast, 'ann')}reopen/")
    cast.ann.refresh_from_db()
    assert cast.ann.is_active
    assert ann.get("/tickets/").status_code == 302, "a session that ended does not come back"
    assert token_of(secret=secret, now=database_now()) is None
    assert adam.get("/workshop/people/").status_code == 200, "nobody else was signed out"
    verbs = WorkshopEvent.objects.filter(code=str(cast.ann.pk)).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["closed", "reopened"]


def test_the_password_is_forgotten_and_a_link_is_owed(cast: Cast, sign_in: SignIn) -> None:
    cast.ann.set_password("an old password of hers")
    cast.ann.save()
    ann = sign_in("ann")
    sign_in("adam").post(f"{page_of(cast, 'ann')}password/")
    cast.ann.refresh_from_db()
    assert not cast.ann.has_usable_password()
    assert ann.get("/tickets/").status_code == 302
    assert Invitation.objects.get().person == cast.ann


def test_a_password_is_kept_where_no_link_can_be_sent(cast: Cast, sign_in: SignIn) -> None:
    cast.ann.set_password("an old password of hers")
    cast.ann.email = ""
    cast.ann.save()
    answer = sign_in("adam").post(f"{page_of(cast, 'ann')}password/")
    cast.ann.refresh_from_db()
    assert answer.status_code == 409
    assert cast.ann.check_password("an old password of hers")


def test_every_token_of_a_person_is_revoked_at_once(cast: Cast, sign_in: SignIn) -> None:
    mine, theirs = (issue_token(person=cast.people[who], now=database_now()) for who in ("ann", "igor"))
    page = sign_in("adam").get(page_of(cast, "ann")).content.decode()
    assert mine not in page
    sign_in("adam").post(f"{page_of(cast, 'ann')}tokens/")
    assert token_of(secret=mine, now=database_now()) is None
    assert token_of(secret=theirs, now=database_now()) is not None


def test_the_last_administrator_stays_one(cast: Cast, sign_in: SignIn) -> None:
    adam, here, role = sign_in("adam"), page_of(cast, "adam"), Role.objects.get(person=cast.adam)
    for address in (f"roles/{role.pk}/take/", "close/"):
        answer = adam.post(f"{here}{address}")
        assert answer.status_code == 409
        assert "this is the last one" in answer.content.decode()
    closed = Person.objects.create_user("gone", None, name="Gone", is_active=False, customer=cast.it)
    Role.objects.create(person=closed, kind="administrator")
    assert adam.post(f"{here}close/").status_code == 409, "one who is closed administers nothing"
    Role.objects.create(person=cast.lena, kind="administrator")
    assert adam.post(f"{here}roles/{role.pk}/take/").headers["Location"] == "/"
    assert adam.get(HERE).status_code == 403


def test_the_list_goes_on_after_fifty_and_loses_nobody(cast: Cast, sign_in: SignIn) -> None:
    Person.objects.bulk_create(
        Person(login=f"n{number}", name=f"Namesake {number // 30}", customer=cast.it) for number in range(120)
    )
    adam, seen, address = sign_in("adam"), [], HERE
    while address:
        answer = adam.get(address)
        seen += [person.login for person, _ in answer.context["people"]]
        address = f"{HERE}?{answer.context['next']}" if answer.context["next"] else ""
    assert len(seen) == len(set(seen)) == Person.objects.count()


def test_the_list_is_narrowed_by_role_and_customer(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in("adam")
    heads = [person.login for person, _ in adam.get(f"{HERE}?role=head").context["people"]]
    assert heads == ["hanna"]
    torg = {person.login for person, _ in adam.get(f"{HERE}?customer={cast.opt_torg.pk}").context["people"]}
    assert torg == {"carla", "carl", "mara"}
    for odd in ("customer=x", "after=x", "after=99999999999999", "role=king", "q=%00"):
        assert adam.get(f"{HERE}?{odd}").status_code == 200, odd


def test_nobody_but_administrators_acts_on_people(cast: Cast) -> None:
    viewer, now = cast.viewer("hanna"), database_now()
    asked: list[Callable[[], Any]] = [
        lambda: acts.add_person(viewer=viewer, said=PersonSaid(), now=now),
        lambda: acts.change_person(viewer=viewer, pk=cast.ann.pk, said=PersonSaid(), seen="", now=now),
        lambda: acts.give_role(viewer=viewer, pk=cast.ann.pk, kind="administrator", customer="", now=now),
        lambda: acts.take_role(viewer=viewer, pk=cast.adam.pk, role=1, now=now),
        lambda: acts.close_account(viewer=viewer, pk=cast.ann.pk, now=now),
        lambda: acts.reopen_account(viewer=viewer, pk=cast.ann.pk, now=now),
        lambda: acts.renew_password(viewer=viewer, pk=cast.ann.pk, now=now),
        lambda: acts.revoke_tokens(viewer=viewer, pk=cast.ann.pk, now=now),
        lambda: acts.invite_person(viewer=viewer, pk=cast.ann.pk, now=now),
    ]
    for act in asked:
        with pytest.raises(Forbidden):
            act()
