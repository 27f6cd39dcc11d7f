"""The client of the Bot API: any server of it, and nothing but cut-down answers.

Whatever comes back (a page of HTML, half an answer, another type than the method's) is one of
aiogram's errors here, without what it says, or an answer from which only a number is taken.
"""

import json
import math
import re
from http import HTTPStatus
from typing import Any, Final, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates, Response, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Message, Update

from bot.border import Unreadable, cut_update
from runtime.log import log
from runtime.tally import TALLY

__all__ = ["ALLOWED_UPDATES", "TelegramAPIError", "TelegramUnauthorizedError", "connect"]

ALLOWED_UPDATES: Final = ["message", "edited_message", "callback_query", "my_chat_member"]
DROPPED: Final = "bot_updates_dropped"
_LONGEST_WAIT: Final = 24 * 3600
_WAIT_UNTOLD: Final = 5
_REFUSALS: Final[dict[int, type[TelegramAPIError]]] = {
    400: TelegramBadRequest,
    401: TelegramUnauthorizedError,
    403: TelegramForbiddenError,
    404: TelegramNotFound,
    409: TelegramConflictError,
}


def connect(token: str, api_url: str) -> Bot:
    """A bot that speaks to the Bot API at `api_url`; raises ValueError for no token's shape."""
    server = TelegramAPIServer.from_base(api_url.rstrip("/"))
    return Bot(token, session=_Session(api=server))


def read_update(raw: Any, bot: Bot | None = None) -> Update | None:  # noqa: ANN401  what JSON holds
    """An update cut down; where it cannot be read it is counted, and its number is left of it."""
    try:
        return Update.model_validate(cut_update(raw), context={"bot": bot})
    except Unreadable as unreadable:
        number = unreadable.number
    except ValueError:
        number = raw["update_id"]
    TALLY[DROPPED] += 1
    log.error("update.unreadable", update=number)
    return Update(update_id=number) if number is not None else None


class _Session(AiohttpSession):
    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  aiogram's own signature
    ) -> TelegramType:
        try:
            return await super().make_request(bot, method, timeout)
        except TelegramAPIError as error:
            # A library's sentence may hold the address, and so the token.
            if isinstance(error, TelegramNetworkError):
                raise TelegramNetworkError(method, "away") from None
            raise
        except UnicodeEncodeError:
            raise TelegramBadRequest(method, "cannot be sent") from None
        except Exception as error:  # noqa: BLE001  whatever comes back, it is no answer
            raise TelegramServerError(method, type(error).__name__) from None

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        answer = json.loads(content)
        if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
            raise TelegramServerError(method, "no answer of the Bot API")
        is_fine = HTTPStatus.OK <= status_code <= HTTPStatus.IM_USED
        if not (answer["ok"] and is_fine):
            raise _refusal(method, status_code, answer)
        result = _result(bot, method, answer.get("result"))
        return Response[Any].model_construct(ok=True, result=result)


def _result(bot: Bot, method: TelegramMethod[Any], result: Any) -> Any:  # noqa: ANN401
    """The updates; of a message its number, 0 where it is not told; else that it was done."""
    if isinstance(method, GetUpdates):
        if not isinstance(result, list):
            raise TelegramServerError(method, "no list of updates")
        return [one for one in (read_update(raw, bot) for raw in result) if one is not None]
    if isinstance(method, SendMessage):
        number = result.get("message_id") if isinstance(result, dict) else None
        is_one = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**53
        return cast("Any", Message).model_construct(message_id=number if is_one else 0)
    return True


def _refusal(method: TelegramMethod[Any], status: int, answer: dict[str, Any]) -> TelegramAPIError:
    code, said = answer.get("error_code"), answer.get("description")
    if answer["ok"] or isinstance(code, bool) or not isinstance(code, int):
        code = status
    said = said if isinstance(said, str) else ""
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        return TelegramRetryAfter(method, "", _seconds(answer.get("parameters"), said))
    return _REFUSALS.get(code, TelegramServerError)(method, said)


def _seconds(parameters: Any, said: str) -> int:  # noqa: ANN401
    """How long to wait: as told, in whichever place, within reason."""
    told = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(told, bool) or not isinstance(told, int | float) or not math.isfinite(told):
        found = re.search(r"retry after (\d{1,9})", said)
        told = int(found[1]) if found else _WAIT_UNTOLD
    return min(max(math.ceil(told), 1), _LONGEST_WAIT)
