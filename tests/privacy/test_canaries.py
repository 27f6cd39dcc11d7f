"""Marked words and identities go through every door; then they are sought in all that is stolen.

The thief of this test has the database's files, the write-ahead log, Redis and the logs. Sought are
the words themselves, and their base64, hex, percent-encoded and UTF-16 forms.
"""

import base64
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import redis.asyncio

from cli.install import run_install
from cli.parts import open_desk
from dispatch.members import NewMember, add_member
from records.sealing import SecretKey
from records.tables import Role
from runtime.settings import Settings, load_settings
from tests.databases import Database
from tests.journeys.doors import Console, Public
from tests.processes import serving
from tests.servers import PostgreSQL

WORDS = {
    "first message": "kanarie-un hélas",
    "second message": "kanarie-deux",
    "api message": "kanarie-trois",
    "reply": "kanarie-quatre",
    "note": "kanarie-cinq",
    "transfer reason": "kanarie-six",
    "draft": "kanarie-dixhuit",
    "word to avoid": "kanarie-dixneuf",
    "staff name": "Kanarie Sept",
    "staff address": "kanarie-huit@equipe.invalid",
    "staff password": "kanarie-neuf-dix-onze",
    "user agent": "KanarieAgent/12",
    "wrong receipt": "kanarie treize",
    "wrong address": "kanarie-quatorze@ailleurs.invalid",
    "refused field": "kanarie-quinze",
    "unknown path": "kanarie-seize",
    "unknown commune": "Kanarie-sur-Dixsept",
    "forwarded address": "203.0.113.218",
}


def forms(word: str) -> Iterator[bytes]:
    """The word as a thief might find it."""
    plain = word.encode()
    yield plain
    yield plain.lower()
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield quote(word, safe="").encode()
    yield word.encode("utf-16-le")
    yield word.encode("unicode_escape")
    for start in range(3):
        # Of a base64 stream, the part that depends on the word alone, at each of three alignments.
        coded = base64.b64encode(b"\0" * start + plain)
        yield coded[4 if start else 0 : -4]


@dataclass(frozen=True)
class Loot:
    """Everything that can be stolen together."""

    stolen: dict[str, bytes]

    def finds(self, word: str) -> list[str]:
        sought = [form for form in forms(word) if len(form) > 5]
        return [name for name, content in self.stolen.items() for form in sought if form in content]


async def use_every_door(url: str) -> None:
    headers = {
        "User-Agent": WORDS["user agent"],
        "X-Forwarded-For": WORDS["forwarded address"],
    }
    async with httpx.AsyncClient(
        base_url=url, headers=headers, timeout=60, trust_env=False
    ) as client:
        public = Public(client)
        await public.submit(WORDS["first message"], commune="Douai")
        await public.write_again(WORDS["second message"])
        await client.post(
            "/api/v1/signals",
            json={
                "text": WORDS["api message"],
                "commune": WORDS["unknown commune"],
                "idempotency_key": str(uuid.uuid4()),
            },
        )
        await client.post("/api/v1/signals", json={"text": "x", "age": WORDS["refused field"]})
        await client.post("/api/v1/signals", content=WORDS["refused field"].encode())
        await client.post("/api/v1/conversation", json={"receipt": WORDS["wrong receipt"]})
        await public.come_back(WORDS["wrong receipt"])
        await client.get(f"/{WORDS['unknown path']}")

        console = Console(client)
        await console.sign_in(WORDS["wrong address"], WORDS["staff password"])
        await console.sign_in(WORDS["staff address"], WORDS["staff password"])
        [ref] = await console.refs()
        await console.open(ref)
        await console.claim(ref)
        await console.reply(ref, WORDS["reply"])
        await console.note(ref, WORDS["note"])
        await console.draft(ref, WORDS["draft"])
        await console.avoid(ref, WORDS["word to avoid"])
        page = await console.open(ref)
        assert WORDS["draft"] in page
        assert WORDS["word to avoid"] in page
        assert WORDS["first message"] in page
        assert WORDS["reply"] in page
        await client.get(f"/equipe/signaux/{WORDS['unknown path']}")
        await console.transfer(ref, "flandres", WORDS["transfer reason"])


async def add_staff(settings: Settings, recovery: SecretKey) -> None:
    async with open_desk(settings) as desk:
        new = NewMember(
            WORDS["staff name"],
            WORDS["staff address"],
            Role.DUTY,
            ("douaisis",),
            WORDS["staff password"],
        )
        await add_member(new, desk, by=recovery)


@pytest.fixture
async def loot(
    database: Database,
    request: pytest.FixtureRequest,
    valkey_url: str,
    tmp_path: Path,
) -> Loot:
    settings = load_settings(data=tmp_path, database_url=database.url)
    recovery = await run_install(settings)
    await add_staff(settings, recovery)
    log = tmp_path / "server.log"
    async with serving(settings, log, redis_url=valkey_url) as url:
        await use_every_door(url)
        files = [path for path in tmp_path.iterdir() if path.is_file()]
        if database.kind == "postgresql":
            server: PostgreSQL = request.getfixturevalue("postgres")
            server.run("CHECKPOINT")
            files += [path for path in server.data.rglob("*") if path.is_file()]
        # Read while the server runs: the write-ahead log goes when it stops.
        stolen = {str(path): path.read_bytes() for path in files}
        return Loot(stolen | {"redis": b"\n".join(await redis_content(valkey_url))})


# One moment for all of it: between two commands a key may expire.
EVERYTHING = """
local found = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
    table.insert(found, key)
    table.insert(found, redis.call('DUMP', key))
    if redis.call('TYPE', key)['ok'] == 'hash' then
        for _, part in ipairs(redis.call('HGETALL', key)) do table.insert(found, part) end
    else
        table.insert(found, redis.call('GET', key))
    end
end
return found
"""


async def redis_content(url: str) -> list[bytes]:
    client = redis.asyncio.Redis.from_url(url)
    found: list[bytes] = await client.eval(EVERYTHING, 0)
    await client.aclose()
    assert any(part.startswith(b"session:staff") for part in found)
    return found


async def test_all_that_is_kept_stolen_together_shows_no_word_and_no_identity(loot: Loot):
    found = {what: places for what, word in WORDS.items() if (places := loot.finds(word))}

    assert found == {}


def test_the_search_would_find_a_word_in_each_form():
    """The net has no hole: each form is found where it is planted."""
    word = WORDS["first message"]
    for number, form in enumerate(forms(word)):
        assert Loot({str(number): b"before" + form + b"after"}).finds(word)
    for shift in range(3):
        stream = base64.b64encode(b"x" * shift + word.encode() + b"yz")
        assert Loot({"stream": stream}).finds(word)


async def test_logs_say_what_happened(loot: Loot):
    [log] = [content for name, content in loot.stolen.items() if name.endswith("server.log")]

    assert re.search(rb'"event": ?"signal.received"', log)
