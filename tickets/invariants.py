"""What must hold between any two transactions, as SQL that looks for the contrary.

Events and facts are two logs with two purposes: neither may have a row that the other lacks.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import connection

from tickets.models import Event


class Invariant(NamedTuple):
    """`looks_at` counts the rows it is about, `violated_by` those that break it."""

    number: int
    name: str
    looks_at: str
    violated_by: str


class Finding(NamedTuple):
    invariant: Invariant
    looked_at: int
    violations: int


WITHOUT_FACT = ", ".join(f"'{kind}'" for kind in Event.WITHOUT_FACT)

#: The last event of a ticket that opened or ended it; merges and their undoing only as the source.
LAST_TURN = """
SELECT DISTINCT ON (ticket_id) ticket_id, kind FROM tickets_event
WHERE kind IN ('resolved', 'reopened', 'closed', 'withdrawn')
   OR kind IN ('merged', 'unmerged') AND data->>'side' = 'source'
ORDER BY ticket_id, seq DESC
"""

EVENTS_AND_TICKETS = (
    Invariant(
        1,
        "every ticket was filed exactly once",
        "SELECT count(*) FROM tickets_ticket",
        """SELECT count(*) FROM (SELECT t.id FROM tickets_ticket t
        LEFT JOIN tickets_event e ON e.ticket_id = t.id AND e.kind = 'filed'
        GROUP BY t.id HAVING count(e.id) <> 1) broken""",
    ),
    Invariant(
        2,
        "a ticket's status is what its events say",
        "SELECT count(*) FROM tickets_ticket",
        f"""SELECT count(*) FROM tickets_ticket t LEFT JOIN ({LAST_TURN}) turn ON turn.ticket_id = t.id
        WHERE CASE WHEN t.status IN ('new', 'open', 'waiting') THEN coalesce(turn.kind, 'reopened')
            NOT IN ('reopened', 'unmerged') ELSE turn.kind IS DISTINCT FROM t.status END""",  # noqa: S608
    ),
    Invariant(
        2,
        "a ticket's priority is what its facts say",
        "SELECT count(*) FROM tickets_ticket",
        """SELECT count(*) FROM tickets_ticket t JOIN (
            SELECT DISTINCT ON (journey_id) journey_id, priority FROM sla_fact WHERE priority IS NOT NULL
            ORDER BY journey_id, seq DESC) said USING (journey_id) WHERE said.priority <> t.priority""",
    ),
    Invariant(
        2,
        "a ticket waits for what its last wait names",
        "SELECT count(*) FROM tickets_ticket WHERE status = 'waiting'",
        """SELECT count(*) FROM tickets_ticket t LEFT JOIN LATERAL (
            SELECT data->>'reason' AS reason FROM tickets_event e WHERE e.ticket_id = t.id AND kind = 'waiting'
            ORDER BY seq DESC LIMIT 1) last ON true
        WHERE t.status = 'waiting' AND last.reason IS DISTINCT FROM t.waiting_for""",
    ),
    Invariant(
        3,
        "events of a ticket are numbered 1 to n",
        "SELECT count(*) FROM tickets_event",
        """SELECT count(*) FROM tickets_ticket t LEFT JOIN (
            SELECT ticket_id, count(*) AS n, min(seq) AS first, max(seq) AS last FROM tickets_event GROUP BY 1) e
        ON e.ticket_id = t.id
        WHERE (e.n, e.first, e.last) IS DISTINCT FROM (e.last::bigint, 1, t.last_event_seq)""",
    ),
    Invariant(
        5,
        "a key to an idempotent request is kept once",
        "SELECT count(*) FROM tickets_accepted",
        "SELECT count(*) FROM (SELECT FROM tickets_accepted GROUP BY person_id, key HAVING count(*) > 1) broken",
    ),
    Invariant(
        6,
        "no ticket without its first message and its filed fact",
        "SELECT count(*) FROM tickets_ticket",
        """SELECT count(*) FROM tickets_ticket t
        WHERE imported_from = '' AND NOT EXISTS (SELECT FROM tickets_message m WHERE m.ticket_id = t.id)
        OR NOT EXISTS (SELECT FROM sla_fact f WHERE f.journey_id = t.journey_id AND f.seq = 1 AND f.kind = 'filed')""",
    ),
    Invariant(
        7,
        "whoever filed is owed a receipt, and history owes nobody any",
        "SELECT count(*) FROM tickets_event WHERE kind = 'filed'",
        """SELECT count(*) FROM tickets_event e JOIN tickets_ticket t ON t.id = e.ticket_id
        JOIN sla_journey j ON j.id = t.journey_id
        WHERE e.kind = 'filed'
        AND j.is_history = EXISTS (SELECT FROM tickets_notification n WHERE n.event_id = e.id)""",
    ),
    Invariant(
        35,
        "an attachment's parts hold its bytes",
        "SELECT count(*) FROM tickets_attachment",
        """SELECT count(*) FROM tickets_attachment a WHERE a.size <> coalesce(
            (SELECT sum(octet_length(p.content)) FROM tickets_attachmentpart p WHERE p.sha256 = a.sha256), 0)""",
    ),
)

FACTS_AND_EVENTS = (
    Invariant(
        40,
        "an event that concerns a promise has exactly one fact, others none",
        "SELECT count(*) FROM tickets_event",
        f"""SELECT count(*) FROM tickets_event e LEFT JOIN sla_fact f ON f.event_id = e.id
        WHERE (e.kind IN ({WITHOUT_FACT})) = (f.id IS NOT NULL)""",  # noqa: S608
    ),
    Invariant(
        41,
        "a fact names an event of its own ticket",
        "SELECT count(*) FROM sla_fact",
        """SELECT count(*) FROM sla_fact f LEFT JOIN tickets_event e ON e.id = f.event_id
        LEFT JOIN tickets_ticket t ON t.id = e.ticket_id WHERE t.journey_id IS DISTINCT FROM f.journey_id""",
    ),
    Invariant(
        42,
        "facts of a journey are numbered 1 to n",
        "SELECT count(*) FROM sla_fact",
        """SELECT count(*) FROM sla_journey j LEFT JOIN (
            SELECT journey_id, count(*) AS n, min(seq) AS first, max(seq) AS last FROM sla_fact GROUP BY 1) f
        ON f.journey_id = j.id WHERE (f.n, f.first, f.last) IS DISTINCT FROM (f.last::bigint, 1, j.last_seq)""",
    ),
    Invariant(
        43,
        "facts count at whole seconds, in the order of their numbers, and none after what was swept",
        "SELECT count(*) FROM sla_fact",
        """SELECT count(*) FROM (SELECT f.at, lag(f.at) OVER (PARTITION BY f.journey_id ORDER BY f.seq) AS before,
            j.earliest_at FROM sla_fact f JOIN sla_journey j ON j.id = f.journey_id) told
        WHERE at < before OR date_trunc('second', at) <> at OR at > earliest_at""",
    ),
    Invariant(
        44,
        "a journey says of its ticket what the ticket says",
        "SELECT count(*) FROM tickets_ticket",
        """SELECT count(*) FROM tickets_ticket t JOIN sla_journey j ON j.id = t.journey_id
        WHERE (t.number, t.customer_id, t.provider_id, t.is_confidential, t.service_id, t.offering_id)
        IS DISTINCT FROM (j.number, j.customer_id, j.provider_id, j.is_confidential, j.service_id, j.offering_id)""",
    ),
)

CLOCKS_AND_STEPS = (
    Invariant(
        9,
        "a source's fact is told once",
        "SELECT count(*) FROM sla_fact WHERE source_key <> ''",
        """SELECT count(*) FROM (SELECT FROM sla_fact WHERE source_key <> ''
        GROUP BY journey_id, source_key HAVING count(*) > 1) broken""",
    ),
    Invariant(
        13,
        "a step of a clock is owed once for an instant",
        "SELECT count(*) FROM sla_escalation",
        """SELECT count(*) FROM (SELECT FROM sla_escalation
        GROUP BY clock_id, step, owed_for HAVING count(*) > 1) broken""",
    ),
    Invariant(
        15,
        "no step is performed before its instant, or owed for one at which its clock had ended for good",
        "SELECT count(*) FROM sla_escalation",
        """SELECT count(*) FROM sla_escalation e JOIN sla_clock c ON c.id = e.clock_id
        WHERE e.done_at < e.owed_for OR e.owed_for < c.started_at
        OR c.metric IN ('taking', 'first_response', 'next_response') AND c.state = 'stopped'
        AND e.owed_for >= c.stopped_at""",
    ),
    Invariant(
        17,
        "the counted seconds of an ended clock are its elapsed time, and no more than passed",
        "SELECT count(*) FROM sla_clock WHERE stopped_at IS NOT NULL",
        """SELECT count(*) FROM sla_clock c WHERE stopped_at IS NOT NULL AND (
            elapsed_seconds > extract(epoch FROM stopped_at - started_at) OR elapsed_seconds <> coalesce(
            (SELECT sum((row->>3)::bigint) FROM jsonb_array_elements(c.sums) row WHERE row->>0 = 'true'), 0))""",
    ),
    Invariant(
        53,
        "what an ended broken clock lost after due is what it counted beyond its target; others lost nothing",
        "SELECT count(*) FROM sla_clock WHERE stopped_at IS NOT NULL",
        """SELECT count(*) FROM sla_clock c WHERE stopped_at IS NOT NULL AND coalesce(
            (SELECT sum((row->>2)::bigint) FROM jsonb_array_elements(c.lost) row), 0)
        <> CASE WHEN verdict = 'breached' THEN greatest(0, elapsed_seconds - target_seconds) ELSE 0 END""",
    ),
    Invariant(
        54,
        "only broken promises have causes and exclusions",
        "SELECT count(*) FROM sla_clock WHERE verdict = 'breached'",
        """SELECT count(*) FROM sla_clock c WHERE verdict <> 'breached' AND (
            EXISTS (SELECT FROM sla_breachcause b WHERE b.clock_id = c.id)
            OR EXISTS (SELECT FROM sla_exclusion x WHERE x.clock_id = c.id))""",
    ),
    Invariant(
        45,
        "a clock is met only when stopped, and a verdict has its instant",
        "SELECT count(*) FROM sla_clock",
        """SELECT count(*) FROM sla_clock
        WHERE verdict = 'met' AND (state <> 'stopped' OR verdict_at IS DISTINCT FROM stopped_at)
        OR verdict = 'breached' AND verdict_at IS DISTINCT FROM breached_at
        OR (verdict = 'open') <> (verdict_at IS NULL)
        OR (state IN ('running', 'paused')) <> (stopped_at IS NULL)""",
    ),
    Invariant(
        46,
        "the queue sorts a journey by its nearest running promise",
        "SELECT count(*) FROM sla_journey WHERE broken = ''",
        """SELECT count(*) FROM sla_journey j LEFT JOIN (
            SELECT journey_id, min(due_at) AS due_at FROM sla_clock WHERE state = 'running' GROUP BY 1) c
        ON c.journey_id = j.id WHERE j.broken = '' AND c.due_at IS DISTINCT FROM j.next_due_at""",
    ),
    Invariant(
        47,
        "a clock names a published policy and calendar",
        "SELECT count(*) FROM sla_clock",
        """SELECT count(*) FROM (SELECT DISTINCT policy, policy_version, calendar FROM sla_clock) c
        WHERE NOT EXISTS (SELECT FROM sla_policyversion v JOIN sla_policy p ON p.id = v.policy_id
            WHERE p.code = c.policy AND v.number = c.policy_version)
        OR c.calendar IS NOT NULL AND NOT EXISTS (SELECT FROM sla_calendarversion v
            JOIN sla_calendar k ON k.id = v.calendar_id WHERE k.code || '@' || v.number = c.calendar)""",
    ),
    Invariant(
        48,
        "no two agreement lines promise one party the same thing at one time",
        "SELECT count(*) FROM sla_agreementline",
        """SELECT count(*) FROM sla_agreementline a JOIN sla_agreementline b ON a.id < b.id
        AND (a.provider_id, a.party, a.thing) = (b.provider_id, b.party, b.thing) AND a.period && b.period""",
    ),
    *(
        Invariant(
            number,
            f"owed work of {table} is open, done or parked, and done only once claimed",
            f"SELECT count(*) FROM {table}",  # noqa: S608
            f"SELECT count(*) FROM {table} WHERE done_at IS NOT NULL AND failed_at IS NOT NULL"  # noqa: S608
            " OR attempts > 3 OR claim < attempts",
        )
        for number, table in ((49, "sla_escalation"), (50, "tickets_notification"), (52, "tickets_inboundmail"))
    ),
)

MAIL = (
    Invariant(
        8,
        "every mail that came is a message, held, ignored for a reason, or not yet read",
        "SELECT count(*) FROM tickets_inboundmail",
        """SELECT count(*) FROM tickets_inboundmail m LEFT JOIN tickets_message s ON s.id = m.message_id
        WHERE (m.state = 'message') <> (s.id IS NOT NULL) OR s.ticket_id IS DISTINCT FROM m.ticket_id
        OR m.state = 'new' AND m.done_at IS NOT NULL OR m.state IN ('message', 'ignored') AND m.done_at IS NULL""",
    ),
    Invariant(
        8,
        "of every mail that came all bytes are there",
        "SELECT count(*) FROM tickets_inboundmail WHERE reason <> 'too_large'",
        """SELECT count(*) FROM tickets_inboundmail m WHERE reason <> 'too_large' AND size <> coalesce(
            (SELECT sum(octet_length(p.content)) FROM tickets_attachmentpart p WHERE p.sha256 = m.sha256), 0)""",
    ),
    Invariant(
        12,
        "a message that came by mail is its writer's",
        "SELECT count(*) FROM tickets_inboundmail WHERE state = 'message'",
        """SELECT count(*) FROM tickets_inboundmail m JOIN tickets_message s ON s.id = m.message_id
        WHERE s.author_id IS DISTINCT FROM m.person_id OR s.channel <> 'mail'""",
    ),
)

PEOPLE = (
    Invariant(
        51,
        "a customer's path is its parent's path and itself",
        "SELECT count(*) FROM people_customer",
        """SELECT count(*) FROM people_customer c LEFT JOIN people_customer p ON p.id = c.parent_id
        WHERE c.path IS DISTINCT FROM coalesce(p.path, '{}') || c.id""",
    ),
)

INVARIANTS: Sequence[Invariant] = sorted(
    (*EVENTS_AND_TICKETS, *FACTS_AND_EVENTS, *CLOCKS_AND_STEPS, *MAIL, *PEOPLE), key=lambda invariant: invariant.number
)


def check_invariants(invariants: Sequence[Invariant] = INVARIANTS) -> Iterator[Finding]:
    """Look for violations, one invariant after another. Changes nothing."""
    for invariant in invariants:
        yield Finding(invariant, _count(invariant.looks_at), _count(invariant.violated_by))


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        (count,) = cursor.fetchone()
    return int(count)
