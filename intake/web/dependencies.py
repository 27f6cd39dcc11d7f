"""What handlers need, from the application's state."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends
from starlette.requests import Request

from intake.rate_limits import RateLimits, network_block
from intake.reception import Reception
from intake.web.pages import Pages
from intake.web.sessions import Sessions

_WRONG_RECEIPT: Final = "receipt"
_UNKNOWN_NETWORK: Final = "local"


@dataclass(frozen=True, slots=True)
class Site:
    """The tools of the public site; `sleep` is a parameter so that tests need not wait."""

    reception: Reception
    limits: RateLimits
    sessions: Sessions
    pages: Pages
    sleep: Callable[[float], Awaitable[None]]

    async def is_flood(self, request: Request) -> bool:
        return await self.limits.is_flood(address_of(request))

    async def pause_after_wrong_receipt(self, request: Request) -> None:
        """Let who guesses wait; a right code never does."""
        network = network_block(address_of(request)) or _UNKNOWN_NETWORK
        await self.sleep(await self.limits.pause_after_wrong(_WRONG_RECEIPT, by=network))


def address_of(request: Request) -> str | None:
    return request.client.host if request.client else None


async def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


TheSite = Annotated[Site, Depends(_site)]
