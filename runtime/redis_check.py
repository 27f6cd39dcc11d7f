"""Ask a Redis or Valkey once whether it would do what the program needs, and say why not."""

import asyncio
from typing import Final

import redis.asyncio
from redis.exceptions import AuthenticationError, RedisError, ResponseError

_PATIENCE_SECONDS: Final = 3
_KEY: Final = "session:check"  # of a name that its one user may write


async def redis_trouble(url: str) -> str | None:
    """What is wrong and what to do, without the address; None where all is well."""
    client = redis.asyncio.Redis.from_url(url, socket_connect_timeout=_PATIENCE_SECONDS)
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await client.set(_KEY, b"1", ex=1)
    except AuthenticationError:
        return "refuses the user or the password: correct them in the address"
    except ResponseError as error:
        if "index" in str(error):
            return "has no database of this number: correct the address"
        return "refuses what the program asks: compare its users with deploy/valkey/users.acl"
    except (RedisError, OSError, TimeoutError):
        return "does not answer: start it, or correct the address"
    finally:
        await client.aclose()
    return None
