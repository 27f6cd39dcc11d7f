"""Many stored signals at once, for the benchmarks of size: rows as the service writes them.

What is sealed is bytes of the usual length: nobody opens these.
"""

from tests.servers import PostgreSQL

# Of one database: signals numbered from..to, `open` of each hundred are open.
_SIGNALS = """
INSERT INTO signal (id, ref, state, level, territory, team, author, channel, locale, quarantined,
    received_at, last_inbound_at, owner_id, claimed_at, due_at, late_again_at, closed_at, outcome,
    content_erased_at, rules_version, policy_version, pepper_version, idempotency_lookup,
    receipt_lookup, public_key, sender_wrap, locked_codes, codes_version)
SELECT gen_random_uuid(), lpad(upper(to_hex({salt} + n)), 7, '-'),
    CASE WHEN n % 100 < {open} THEN 'open' ELSE 'closed' END,
    (ARRAY['low','low','low','moderate','moderate','high','high','critical'])[1 + n % 8],
    team, team, 'relative', 'web', 'fr', false, at, at, NULL, NULL,
    CASE WHEN n % 100 < {open} THEN at + interval '{due}' END,
    CASE WHEN n % 100 < {open} THEN at + 2 * interval '{due}' END,
    CASE WHEN n % 100 >= {open} THEN at + interval '3 days' END,
    CASE WHEN n % 100 >= {open} THEN 'informed' END,
    NULL, 'bench', 'bench', 1, sha256(('i{salt}' || n)::bytea), sha256(('r{salt}' || n)::bytea),
    sha256(('k' || n)::bytea), repeat('s', 80)::bytea, NULL, NULL
FROM generate_series({first}, {last}) n,
LATERAL (SELECT (ARRAY['metropole-lilloise','flandres','avesnois','valenciennois','cambresis',
    'douaisis','coordination'])[1 + n % 7] AS team, now() - n * interval '{every}' AS at) x
"""
_MESSAGES = """
INSERT INTO message (id, signal_id, kind, created_at, member_id, sealed, sealed_assessment,
    idempotency_lookup)
SELECT gen_random_uuid(), s.id, 'inbound', s.received_at, NULL, repeat('m', 1100)::bytea,
    repeat('a', 600)::bytea, NULL
FROM signal s WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.signal_id = s.id)
"""
_WRAPS = """
INSERT INTO key_wrap (signal_id, team, sealed_key)
SELECT s.id, t.team, repeat('w', 100)::bytea
FROM signal s, LATERAL (VALUES (s.team), ('supervision')) t(team)
WHERE NOT EXISTS (SELECT 1 FROM key_wrap w WHERE w.signal_id = s.id)
"""
_FOLLOW_UPS = """
INSERT INTO follow_up (id, signal_id, kind, level, created_at, counted_from, due_at, late_again_at,
    met_at, breached_at, outcome, next_rung, next_rung_at, policy_version)
SELECT gen_random_uuid(), s.id, k.kind, s.level, s.received_at, s.received_at,
    coalesce(s.due_at, s.received_at + interval '1 day'),
    coalesce(s.late_again_at, s.received_at + interval '2 days'),
    CASE WHEN s.state = 'closed' THEN s.received_at + interval '1 hour' END, NULL, NULL,
    CASE WHEN s.state = 'open' THEN 100 END, CASE WHEN s.state = 'open' THEN s.due_at END, 'bench'
FROM signal s, (VALUES ('read'), ('answer')) k(kind)
WHERE NOT EXISTS (SELECT 1 FROM follow_up f WHERE f.signal_id = s.id)
"""
_ALERTS = """
INSERT INTO outbox (id, signal_id, team, event, level, created_at)
SELECT gen_random_uuid(), s.id, s.team, 'received', s.level, s.received_at
FROM signal s WHERE s.state = 'open'
    AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.signal_id = s.id)
"""


def fill(
    server: PostgreSQL,
    name: str,
    *,
    first: int,
    last: int,
    open_of_hundred: int,
    due: str = "400 days",
    every: str = "20 seconds",
) -> None:
    """Signals `first` to `last`, `every` so long one, each due `due` after it came."""
    values = {
        "first": first, "last": last, "open": open_of_hundred, "due": due, "every": every,
        "salt": 16**6,
    }  # fmt: skip
    for statement in (_SIGNALS.format(**values), _MESSAGES, _WRAPS, _FOLLOW_UPS, _ALERTS):
        server.server.psql(f"\\c {name}\n{statement};")
    server.server.psql(f"\\c {name}\nANALYZE;")
