"""What a person finds by a few words: services offered to them and tickets they may see. One statement each.

A query of the stems of both languages (PostgreSQL's configuration russian stems Latin words as English), the last word
as the beginning of one; beside it, words that only look alike. The desk's query language will live in this folder too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import FloatField, Q
from django.db.models.expressions import RawSQL

from catalog.entitlement import offered_to
from catalog.models import Offering
from servicedesk.people.access import Viewer
from tickets.access import visible_tickets
from tickets.models import Ticket
from tickets.search.readings import number_in, readings, words_of

#: How much of what was typed must look like words that are there, to be taken for them misspelt (0 to 1).
ALIKE = 0.45
MOST = 8

RANK = """(
SELECT CASE WHEN stems @@ query THEN 1 + ts_rank(stems, query) ELSE alike END
FROM catalog_service s, LATERAL (
    SELECT s.found_by || catalog_offering.found_by AS stems, {query} AS query,
    (SELECT max(word_similarity(typed, s.spelled_by || ' ' || catalog_offering.spelled_by)) FROM unnest(%s) typed)
    AS alike
) found WHERE s.id = catalog_offering.service_id)"""

#: Misspelt words are looked for among one's newest own tickets only: by reading them, which takes time.
TICKETS = """(
SELECT id FROM tickets_ticket WHERE to_tsvector('russian', translate(subject, 'ёЁ', 'еЕ')) @@ ({query})
UNION SELECT ticket_id FROM tickets_message
WHERE kind = 'reply' AND to_tsvector('russian', translate(body, 'ёЁ', 'еЕ')) @@ ({query})
UNION SELECT id FROM (
    SELECT id, subject FROM tickets_ticket WHERE requester_id = %s ORDER BY filed_at DESC, id DESC LIMIT 200
) mine WHERE %s <= (SELECT max(word_similarity(typed, lower(translate(subject, 'ёЁ', 'еЕ')))) FROM unnest(%s) typed))"""

SHOWN = ("number", "subject", "status", "waiting_for", "filed_at", "requester_id")


@dataclass(frozen=True, kw_only=True)
class Found:
    """The best first; of tickets the newest first. Empty where nothing was typed."""

    offerings: Sequence[Offering] = ()
    tickets: Sequence[Ticket] = ()


def search(*, viewer: Viewer, text: str) -> Found:
    """What `viewer` may ask for, and which tickets they may see, that `text` could mean; at most eight each.

    Only public messages are looked into. Two statements; none for a text without a letter or digit.
    """
    meant = readings(text)
    if not meant:
        return Found()
    return Found(offerings=_offerings(viewer, meant), tickets=_tickets(viewer, meant, number_in(text)))


def _offerings(viewer: Viewer, meant: Sequence[str]) -> list[Offering]:
    query, values = _query(meant)
    rank = RawSQL(RANK.format(query=query), [*values, list(meant)], output_field=FloatField())  # noqa: S611  # as below
    ranked = offered_to(viewer.person.customer).annotate(rank=rank).filter(rank__gte=ALIKE)
    return list(ranked.order_by("-rank", "slug")[:MOST])


def _tickets(viewer: Viewer, meant: Sequence[str], number: int | None) -> list[Ticket]:
    query, values = _query(meant)
    parameters = [*values, *values, viewer.id, ALIKE, list(meant)]
    named = Q(pk__in=RawSQL(TICKETS.format(query=query), parameters))  # noqa: S611  # fixed words, values apart
    if number is not None:
        named |= Q(number=number)
    tickets = visible_tickets(viewer).filter(named).only(*SHOWN)
    return list(tickets.order_by("-filed_at", "-id")[:MOST])


def _query(meant: Sequence[str]) -> tuple[str, list[str]]:
    """A tsquery of fixed words with parameters: any reading, in it every word, the last as a beginning."""
    values = [" & ".join(_quoted(words_of(reading))) for reading in meant]
    return " || ".join(["to_tsquery('russian', %s)"] * len(values)), values


def _quoted(words: Sequence[str]) -> list[str]:
    return [*(f"'{word}'" for word in words[:-1]), f"'{words[-1]}':*"]
