"""Files of people, departments and clients: read whatever wrote them, looked at, and then carried out exactly so."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import translation

from servicedesk.people.models import Customer, Invitation, Person, Role, Roster, Segment
from servicedesk.people.roster.apply import AlreadyApplied, DeskChanged, apply_roster
from servicedesk.people.roster.plan import keep_roster, plan_roster
from servicedesk.people.roster.planned import Plan
from servicedesk.people.roster.wording import reason_words
from tests.api.counting import counted
from tests.cast import Cast

PEOPLE = "login,name,email,department,role,language\n"
Bring = Callable[..., tuple[Roster, Plan]]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def bring(cast: Cast) -> Bring:
    """Give a file to the desk as its administrator; nothing is written but the file."""

    def give(text: str, kind: str = "people") -> tuple[Roster, Plan]:
        kept = keep_roster(kind=Roster.Kind(kind), file_name="f.csv", content=text.encode(), by=cast.adam, now=cast.now)
        return kept, plan_roster(roster=kept, by=cast.adam)

    return give


@pytest.fixture
def apply(cast: Cast, bring: Bring) -> Callable[..., Plan]:
    def give_and_agree(text: str, kind: str = "people") -> Plan:
        kept, plan = bring(text, kind)
        return apply_roster(roster=kept, fingerprint=plan.fingerprint, by=cast.adam, now=cast.now)

    return give_and_agree


def counts(plan: Plan) -> tuple[int, int, int, int]:
    return tuple(len(plan.of(state)) for state in ("add", "change", "same", "bad"))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("new,New,new@example.org,nowhere,,", "no department and no client “nowhere”"),
        ("new,,new@example.org,it,,", "name is empty"),
        (",New,,it,,", "login is empty"),
        ("new,New,not an address,it,,", "no e-mail address"),
        ("new,New,igor@example.org,it,,", "address of Igor Agent"),
        ("ann,Ann Employee,IGOR@example.org,sales,,", "address of Igor Agent"),
        ("igor@example.org,New,,it,,", "login is the e-mail address of Igor Agent"),
        ("new one,New,,it,,", "has a space"),
        ("new,New,,it,emperor,", "role “emperor” is not known"),
        ("new,New,,it,,fr", "language “fr” is not known"),
        ("new,New,,,agent,", "needs a department"),
        ("new,New,,opt-torg,agent,", "not for people of a client"),
        ("new,New,,it,client_manager,", "only for people of a client"),
        ("adam,Adam Administrator,,,requester,", "your own role"),
        ("new,=HYPERLINK(1),,it,,", "begins like a formula"),
        ("@SUM(A1),New,,it,,", "begins like a formula"),
        (f"new,{'x' * 201},,it,,", "longer than 200"),
        ("new,New,,it,,,surplus", "more cells"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(bring: Bring, row: str, reason: str) -> None:
    _, plan = bring(PEOPLE + "ok,Fine,ok@example.org,it,agent,en\n" + row + "\n")
    assert counts(plan) == (1, 0, 0, 1)
    bad = plan.of("bad")[0]
    assert bad.line == 3
    assert bad.reason is not None
    assert reason in reason_words(bad.reason)


def test_what_stands_twice_in_the_file_counts_once(bring: Bring) -> None:
    _, plan = bring(PEOPLE + "new,New,a@x.org,it,,\nNEW,Newer,b@x.org,it,,\nthird,Third,A@x.org,it,,\n")
    reasons = [reason_words(row.reason) for row in plan.of("bad") if row.reason]
    assert reasons == ["“NEW” stands in line 2 already.", "“a@x.org” stands in line 2 already."]


def test_a_preview_writes_nothing_and_says_everything(cast: Cast, bring: Bring) -> None:
    before = list(Person.objects.order_by("pk").values())
    _, plan = bring(PEOPLE + "igor,Igor Petrov,,Warehouse,agent,en\nann,Ann Employee,,,,\nnew,New,,IT,head agent,\n")
    assert list(Person.objects.order_by("pk").values()) == before
    assert counts(plan) == (0, 1, 1, 1)  # "head agent" without a comma is no role
    changed = {one.column: (one.was, one.becomes) for one in plan.of("change")[0].changed}
    assert changed == {
        "name": ("Igor Agent", "Igor Petrov"),
        "customer": ("it", "warehouse"),
        "language": ("ru", "en"),
    }
    assert {one.key for one in plan.left} == set(cast.people) - {"igor", "ann"}


def test_what_was_looked_at_is_done_and_twice_changes_nothing(cast: Cast, apply: Callable[..., Plan]) -> None:
    text = PEOPLE + 'igor,Igor Petrov,,warehouse,agent,en\nnew,New Head,new@example.org,it,"head, agent",\nbad,,,,,\n'
    assert counts(apply(text)) == (1, 1, 0, 1)
    igor, new = Person.objects.get(login="igor"), Person.objects.get(login="new")
    assert (igor.name, igor.customer.code, igor.language, igor.email) == (
        "Igor Petrov",
        "warehouse",
        "en",
        "igor@example.org",
    )
    held = Role.objects.order_by("person__login", "kind").values_list("person__login", "kind", "customer__code")
    assert list(held.filter(person__in=[igor, new])) == [
        ("igor", "agent", "warehouse"), ("new", "agent", "it"), ("new", "head", "it"),
    ]  # fmt: skip
    assert not new.has_usable_password()
    assert Invitation.objects.count() == 0
    assert counts(apply(text)) == (0, 0, 2, 1)


def test_who_moves_leaves_the_rights_over_the_old_department_behind(cast: Cast, apply: Callable[..., Plan]) -> None:
    plan = apply(PEOPLE + "hanna,Hanna Head,,sales,,\n")
    assert ("role", "head", "") in [(one.column, one.was, one.becomes) for one in plan.of("change")[0].changed]
    assert not Role.objects.filter(person=cast.hanna).exists()


def test_a_role_over_another_customer_is_not_the_files_affair(cast: Cast, apply: Callable[..., Plan]) -> None:
    Role.objects.create(person=cast.igor, kind="agent", customer=cast.warehouse)
    apply(PEOPLE + "igor,Igor Agent,,,requester,\n")
    assert list(Role.objects.filter(person=cast.igor).values_list("customer__code", flat=True)) == ["warehouse"]


def test_nobody_is_deleted(cast: Cast, apply: Callable[..., Plan]) -> None:
    before = Person.objects.count()
    apply(PEOPLE + "new,New,,it,,\n")
    assert Person.objects.count() == before + 1
    assert not Person.objects.filter(is_active=False).exists()


def test_a_desk_that_changed_meanwhile_is_looked_at_again(cast: Cast, bring: Bring) -> None:
    kept, plan = bring(PEOPLE + "igor,Igor Petrov,,,,\n")
    Person.objects.filter(login="igor").update(name="Igor Sidorov")
    with pytest.raises(DeskChanged):
        apply_roster(roster=kept, fingerprint=plan.fingerprint, by=cast.adam, now=cast.now)
    assert Person.objects.get(login="igor").name == "Igor Sidorov"


def test_a_second_yes_writes_nothing(cast: Cast, bring: Bring) -> None:
    kept, plan = bring(PEOPLE + "new,New,,it,,\n")
    apply_roster(roster=kept, fingerprint=plan.fingerprint, by=cast.adam, now=cast.now)
    with pytest.raises(AlreadyApplied):
        apply_roster(roster=kept, fingerprint=plan.fingerprint, by=cast.adam, now=cast.now)


def test_a_tree_of_departments_is_built_in_any_order(cast: Cast, apply: Callable[..., Plan]) -> None:
    text = "Название;Код;Входит в\nСклад Юг;;Склады\nСклады;stores;-\nWarehouse;warehouse;stores\nДоставка;;Склад Юг\n"
    assert counts(apply(text, "departments")) == (3, 1, 0, 0)
    stores, south = Customer.objects.get(code="stores"), Customer.objects.get(code="sklad-yug")
    delivery = Customer.objects.get(code="dostavka")
    assert delivery.path == [stores.pk, south.pk, delivery.pk]
    assert Customer.objects.get(code="warehouse").path == [stores.pk, cast.warehouse.pk]
    assert counts(apply(text, "departments")) == (0, 0, 4, 0)


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        ("A,a,b\nB,b,a\n", {2: "below itself", 3: "below itself"}),
        ("A,a,a\n", {2: "below itself"}),
        ("A,a,b\nB,b,a\nC,c,a\nD,d,\n", {2: "below itself", 3: "below itself", 4: "whose own line"}),
        ("A,a,nowhere\nB,b,a\n", {2: "neither in the file", 3: "whose own line"}),
        ("A,a,opt-torg\n", {2: "neither in the file"}),
        ("IT,sales,warehouse\nSales,sales,\n", {3: "stands in line 2"}),
        ("A,bad code!,\n", {2: "only Latin letters"}),
        ("A,opt-torg,\n", {2: "another kind: Opt Torg"}),
        ("Twin,t1,\nTwin,t2,\nC,c,Twin\n", {4: "a name that several have"}),
        (
            "".join(f"D{n},d{n},{f'd{n - 1}' if n else ''}\n" for n in range(14)),
            {14: "more than 12", 15: "more than 12"},
        ),
    ],
)
def test_a_tree_that_cannot_be_is_refused_row_by_row(bring: Bring, rows: str, reasons: dict[int, str]) -> None:
    _, plan = bring("name,code,parent\n" + rows, "departments")
    said = {row.line: reason_words(row.reason) for row in plan.of("bad") if row.reason}
    assert said.keys() == reasons.keys()
    assert all(reasons[line] in said[line] for line in said)


def test_a_loop_through_the_desks_own_tree_is_seen(cast: Cast, apply: Callable[..., Plan], bring: Bring) -> None:
    apply("name,code,parent\nIT,it,sales\n", "departments")
    _, plan = bring("name,code,parent\nSales,sales,it\n", "departments")
    assert counts(plan) == (0, 0, 0, 1)


def test_clients_come_with_segment_manager_and_domains(cast: Cast, apply: Callable[..., Plan]) -> None:
    text = (
        "Компания;Код;Входит в;Сегмент;Менеджер;Домены\n"
        "Дом и Сад;;Opt Torg;key;ALEX;Dom-Sad.ru, sad.example\n"
        "Opt Torg;opt-torg;;Особый;;opt.example\n"
        "Ничей;;;;nobody;\nКривой;;;;;not a domain\n"
    )
    assert counts(apply(text, "clients")) == (1, 1, 0, 2)
    garden, torg = Customer.objects.get(code="dom-i-sad"), Customer.objects.get(code="opt-torg")
    assert (garden.parent, garden.segment, garden.account_manager) == (torg, cast.key, cast.alex)
    assert garden.mail_domains == ["dom-sad.ru", "sad.example"]
    assert (torg.segment.code, torg.account_manager, torg.mail_domains) == ("osobyy", cast.alex, ["opt.example"])
    assert Segment.objects.filter(code="osobyy").exists()
    assert counts(apply(text, "clients")) == (0, 0, 2, 2)


def test_two_thousand_rows_cost_no_statement_each(cast: Cast, bring: Bring) -> None:
    text = PEOPLE + "".join(f"p{n},Person {n},p{n}@example.org,it,agent,\n" for n in range(2_000))
    with counted() as statements:
        kept, plan = bring(text)
        apply_roster(roster=kept, fingerprint=plan.fingerprint, by=cast.adam, now=cast.now)
    assert Role.objects.filter(kind="agent", customer=cast.it).count() == 2_002
    assert len(statements) < 60
    with counted() as statements:
        again, plan = bring(text.replace("Person", "Renamed"))
        assert counts(plan) == (0, 2_000, 0, 0)
        apply_roster(roster=again, fingerprint=plan.fingerprint, by=cast.adam, now=cast.now)
    assert len(statements) < 60
    assert Person.objects.get(login="p7").name == "Renamed 7"
