"""Which promise applies, and why (docs/sla.md, Which promise applies)."""

from datetime import timedelta
from typing import Any

import pytest

from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer
from sla.agreements import Asked, Promise, explain_promise, which_agreement
from sla.models import Agreement, AgreementLine, Calendar, Journey, Policy
from sla.publishing import Line, publish_agreement, publish_calendar, publish_policy
from tests.cast import OFFICE, PROMISE, Cast, target

ANY = AgreementLine.ANY


def agree(cast: Cast, code: str, *lines: Line, policy: Policy | None = None, calendar: Calendar | None = None) -> None:
    agreement = Agreement.objects.create(code=code, name=code, provider=cast.it)
    publish_agreement(agreement=agreement, policy=policy or cast.policy, calendar=calendar, lines=lines, now=cast.now)


def asked(cast: Cast, customer: Customer | None = None) -> Asked:
    customer = customer or cast.opt_torg
    return Asked(
        provider_id=cast.it.pk,
        customer_path=customer.path,
        segment_id=customer.segment_id,
        service_id=cast.support.pk,
        offering_id=cast.help.pk,
    )


def chosen(promise: Promise) -> str | None:
    return next((one.agreement for one in promise.explanation if one.outcome == "applies"), None)


def test_own_customer_beats_ancestor_beats_segment_beats_anybody(cast: Cast) -> None:
    branch = place_customer(
        customer=Customer(kind="company", code="opt-torg-ural", name="Opt Torg Ural", segment=cast.key),
        parent=cast.opt_torg,
    )
    agree(cast, "for-segment", Line(f"segment:{cast.key.pk}"))
    assert chosen(which_agreement(asked=asked(cast, branch), at=cast.now)) == "for-segment"
    agree(cast, "for-ancestor", Line(f"customer:{cast.opt_torg.pk}"))
    assert chosen(which_agreement(asked=asked(cast, branch), at=cast.now)) == "for-ancestor"
    agree(cast, "for-own", Line(f"customer:{branch.pk}"))
    promise = which_agreement(asked=asked(cast, branch), at=cast.now)
    assert [(one.agreement, one.outcome) for one in promise.explanation] == [
        ("for-own", "applies"),
        ("for-ancestor", "customer_less_specific"),
        ("for-segment", "customer_less_specific"),
        ("it-for-all", "customer_less_specific"),
    ]


def test_offering_beats_service_beats_anything_but_only_within_one_party(cast: Cast) -> None:
    agree(cast, "for-service", Line(thing=f"service:{cast.support.pk}"))
    assert chosen(which_agreement(asked=asked(cast), at=cast.now)) == "for-service"
    agree(cast, "for-offering", Line(thing=f"offering:{cast.help.pk}"))
    promise = which_agreement(asked=asked(cast), at=cast.now)
    assert [(one.agreement, one.outcome) for one in promise.explanation] == [
        ("for-offering", "applies"),
        ("for-service", "thing_less_specific"),
        ("it-for-all", "thing_less_specific"),
    ]
    agree(cast, "for-customer", Line(f"customer:{cast.opt_torg.pk}"))
    assert chosen(which_agreement(asked=asked(cast), at=cast.now)) == "for-customer"


def test_another_customers_line_and_another_providers_line_are_no_candidates(cast: Cast) -> None:
    agree(cast, "for-dom-dekor", Line(f"customer:{cast.dom_dekor.pk}"))
    elsewhere = Agreement.objects.create(code="warehouse", name="Warehouse", provider=cast.warehouse)
    publish_agreement(agreement=elsewhere, policy=cast.policy, lines=[Line()], now=cast.now)
    promise = which_agreement(asked=asked(cast), at=cast.now)
    assert [one.agreement for one in promise.explanation] == ["it-for-all"]


def test_a_line_holds_from_its_beginning_up_to_but_not_at_its_end(cast: Cast) -> None:
    begins, ends = cast.now + timedelta(days=1), cast.now + timedelta(days=2)
    agree(cast, "one-day", Line(f"customer:{cast.opt_torg.pk}", begins=begins, ends=ends))
    second = timedelta(seconds=1)
    told = {
        at: chosen(which_agreement(asked=asked(cast), at=at)) for at in (begins - second, begins, ends - second, ends)
    }
    assert list(told.values()) == ["it-for-all", "one-day", "one-day", "it-for-all"]


def test_no_agreement_is_an_answer_of_its_own(cast: Cast) -> None:
    publish_agreement(agreement=cast.agreement, policy=cast.policy, lines=[], now=cast.now)
    promise = which_agreement(asked=asked(cast), at=cast.now)
    assert (promise.agreement_id, promise.policy, promise.calendars, promise.explanation) == (None, None, {}, ())


def test_a_deactivated_policy_is_promised_to_nobody_and_the_next_line_says_so(cast: Cast) -> None:
    special = Policy.objects.create(code="special", name="Special")
    publish_policy(policy=special, definition=PROMISE, now=cast.now)
    agree(cast, "special", Line(f"customer:{cast.opt_torg.pk}"), policy=special)
    Policy.objects.filter(pk=special.pk).update(is_active=False)
    promise = which_agreement(asked=asked(cast), at=cast.now)
    assert [(one.agreement, one.outcome) for one in promise.explanation] == [
        ("special", "policy_inactive"),
        ("it-for-all", "applies"),
    ]


def test_a_policy_that_was_never_published_cannot_be_promised(cast: Cast) -> None:
    draft = Policy.objects.create(code="draft", name="Draft")
    agree(cast, "draft", Line(f"customer:{cast.opt_torg.pk}"), policy=draft)
    promise = which_agreement(asked=asked(cast), at=cast.now)
    assert (promise.explanation[0].outcome, promise.policy) == ("policy_unpublished", "standard")


def test_the_name_of_a_policy_decides_nothing(cast: Cast) -> None:
    first, last = (Policy.objects.create(code=code, name=code) for code in ("aaa", "zzz"))
    for policy in (first, last):
        publish_policy(policy=policy, definition=PROMISE, now=cast.now)
    agree(cast, "zzz", Line(f"customer:{cast.opt_torg.pk}"), policy=last)
    agree(cast, "aaa", Line(f"segment:{cast.key.pk}"), policy=first)
    assert which_agreement(asked=asked(cast), at=cast.now).policy == "zzz"


def test_the_promise_names_the_versions_in_force(cast: Cast) -> None:
    publish_calendar(calendar=cast.office, definition=OFFICE | {"holidays": []}, now=cast.now)
    publish_policy(policy=cast.policy, definition={"targets": [target("resolution", 4)]}, now=cast.now)
    promise = which_agreement(asked=asked(cast), at=cast.now)
    assert (promise.policy, promise.policy_version, promise.calendars) == ("standard", 2, {"office": "office@2"})


def test_an_agreement_may_bind_the_customers_own_calendar(cast: Cast) -> None:
    ural = Calendar.objects.create(code="ural", name="Ural")
    publish_calendar(calendar=ural, definition=OFFICE | {"tz": "Asia/Yekaterinburg"}, now=cast.now)
    agree(cast, "ural", Line(f"customer:{cast.opt_torg.pk}"), calendar=ural)
    assert which_agreement(asked=asked(cast), at=cast.now).calendars == {"office": "ural@1"}


@pytest.mark.parametrize("many", [1, 20])
def test_the_choice_costs_two_statements_however_many_agreements_there_are(
    cast: Cast, many: int, django_assert_num_queries: Any
) -> None:
    for number in range(many):
        agree(cast, f"a-{number}", Line(f"customer:{cast.opt_torg.pk}", f"service:{number + 1000}"))
    which_agreement(asked=asked(cast), at=cast.now)
    with django_assert_num_queries(2):
        which_agreement(asked=asked(cast), at=cast.now)


def explained(cast: Cast, ticket: Any) -> list[tuple[str, str]]:
    found = explain_promise(journey=Journey.objects.get(number=ticket.number))
    assert found.at == cast.now
    return [(one.agreement, one.outcome) for one in found.candidates]


def test_a_ticket_explains_its_promise_as_it_was_chosen_whatever_was_published_since(cast: Cast) -> None:
    agree(cast, "for-segment", Line(f"segment:{cast.key.pk}", f"service:{cast.support.pk}"))
    agree(cast, "for-anything", Line(f"segment:{cast.key.pk}"))
    ticket = cast.files("carla", "help")
    then = [
        ("for-segment", "applies"),
        ("for-anything", "thing_less_specific"),
        ("it-for-all", "customer_less_specific"),
    ]
    assert explained(cast, ticket) == then
    cast.now += timedelta(days=1)
    agree(cast, "for-customer", Line(f"customer:{cast.opt_torg.pk}"))
    cast.now -= timedelta(days=1)
    assert explained(cast, ticket) == then


def test_a_closer_line_that_was_not_usable_at_the_choice_says_so(cast: Cast) -> None:
    special = Policy.objects.create(code="special", name="Special", is_active=False)
    publish_policy(policy=special, definition=PROMISE, now=cast.now)
    agree(cast, "special", Line(f"customer:{cast.opt_torg.pk}"), policy=special)
    ticket = cast.files("carla", "help")
    assert explained(cast, ticket) == [("special", "policy_inactive"), ("it-for-all", "applies")]
    Policy.objects.filter(pk=special.pk).update(is_active=True)
    assert explained(cast, ticket) == [("special", "not_then"), ("it-for-all", "applies")]


def test_a_withdrawn_policy_still_explains_the_ticket_that_was_promised_it(cast: Cast) -> None:
    ticket = cast.files("carla", "help")
    Policy.objects.filter(pk=cast.policy.pk).update(is_active=False)
    assert explained(cast, ticket) == [("it-for-all", "applies")]


def test_a_ticket_without_a_promise_explains_that_too(cast: Cast) -> None:
    ticket = cast.files("ann", "pallet")
    found = explain_promise(journey=Journey.objects.get(number=ticket.number))
    assert (found.version_id, found.candidates) == (None, ())
