"""What each method takes, checked strictly: an unknown name or a wrong type is refused."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from botapi.world import Refused

Json = dict[str, Any]
MAX_TEXT: Final = 4096
_BUTTON_KINDS: Final = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "pay", "copy_text",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "callback_game",
}  # fmt: skip


def bad(why: str) -> Refused:
    return Refused(400, f"Bad Request: {why}")


def whole(value: Any) -> int:  # noqa: ANN401
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,19}", str(value)):
        raise bad("a whole number is expected")
    return int(value)


def truth(value: Any) -> bool:  # noqa: ANN401
    if str(value).lower() not in {"true", "false"}:
        raise bad("true or false is expected")
    return str(value).lower() == "true"


def words(value: Any) -> str:  # noqa: ANN401
    if not isinstance(value, str):
        raise bad("text is expected")
    return value


def structure(value: Any) -> Any:  # noqa: ANN401
    """An object or array; in a form it comes as JSON."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise bad("can't parse JSON") from None
    return value


def text(value: Any) -> str:  # noqa: ANN401
    said = words(value)
    if not said.strip():
        raise bad("message text is empty")
    if len(said.encode("utf-16-le")) // 2 > MAX_TEXT:
        raise bad("message is too long")
    return said


def limited(longest: int) -> Callable[[Any], str]:
    def check(value: Any) -> str:  # noqa: ANN401
        if len(words(value)) > longest:
            raise bad("text is too long")
        return str(value)

    return check


def between(low: int, high: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:  # noqa: ANN401
        number = whole(value)
        if not low <= number <= high:
            raise bad(f"must be between {low} and {high}")
        return number

    return check


def keyboard(value: Any) -> list[list[tuple[str, str]]]:  # noqa: ANN401
    """Rows of (label, data); each button has exactly one kind, and data of 1 to 64 bytes."""
    markup = structure(value)
    if not isinstance(markup, dict) or set(markup) != {"inline_keyboard"}:
        raise bad("only inline keyboards are known here")
    return [[_button(one) for one in row] for row in markup["inline_keyboard"]]


def _button(button: Any) -> tuple[str, str]:  # noqa: ANN401
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad("can't parse inline keyboard button: text must be non-empty")
    kinds = set(button) - {"text", "icon_custom_emoji_id", "style"}
    if len(kinds) != 1 or not kinds <= _BUTTON_KINDS:
        raise bad("Text buttons are unallowed in the inline keyboard")
    [kind] = kinds
    if kind == "callback_data" and not 1 <= len(str(button[kind]).encode()) <= 64:  # noqa: PLR2004
        raise bad("BUTTON_DATA_INVALID")
    if kind == "url" and not re.match(r"(https?|tg)://", str(button[kind])):
        raise bad("BUTTON_URL_INVALID")
    return str(button["text"]), str(button[kind])


def message_ids(value: Any) -> list[int]:  # noqa: ANN401
    ids = structure(value)
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:  # noqa: PLR2004
        raise bad("1 to 100 message ids are expected")
    return [whole(one) for one in ids]


def names(value: Any) -> list[str]:  # noqa: ANN401
    listed = structure(value)
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise bad("a list of names is expected")
    return listed


def commands(value: Any) -> list[Json]:  # noqa: ANN401
    listed = structure(value)
    for one in listed if isinstance(listed, list) else [{}]:
        if not re.fullmatch("[a-z0-9_]{1,32}", str(one.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(one.get("description", ""))) <= 256:  # noqa: PLR2004
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return list(listed)


def secret(value: Any) -> str:  # noqa: ANN401
    if not re.fullmatch("[A-Za-z0-9_-]{1,256}", words(value)):
        raise bad("secret token contains unallowed characters")
    return str(value)


def address(value: Any) -> str:  # noqa: ANN401
    if not re.match(r"https?://", words(value)):
        raise bad("bad webhook: an HTTP(S) URL must be provided")
    return str(value)


@dataclass(frozen=True, slots=True)
class Takes:
    """What a method needs and may have."""

    needed: dict[str, Callable[[Any], Any]]
    optional: dict[str, Callable[[Any], Any]]


_SENT: Final[dict[str, Callable[[Any], Any]]] = {
    "reply_markup": keyboard,
    "link_preview_options": structure,
    "entities": structure,
}
_LANGUAGE: Final[dict[str, Callable[[Any], Any]]] = {"language_code": limited(2)}
METHODS: Final[dict[str, Takes]] = {
    "getMe": Takes({}, {}),
    "getUpdates": Takes(
        {},
        {"offset": whole, "limit": between(1, 100), "timeout": between(0, 50),
         "allowed_updates": names},
    ),
    "setWebhook": Takes(
        {"url": address},
        {"secret_token": secret, "allowed_updates": names, "max_connections": between(1, 100),
         "drop_pending_updates": truth},
    ),
    "deleteWebhook": Takes({}, {"drop_pending_updates": truth}),
    "getWebhookInfo": Takes({}, {}),
    "sendMessage": Takes(
        {"chat_id": whole, "text": text},
        {**_SENT, "protect_content": truth, "disable_notification": truth},
    ),
    "editMessageText": Takes({"chat_id": whole, "message_id": whole, "text": text}, _SENT),
    "editMessageReplyMarkup": Takes(
        {"chat_id": whole, "message_id": whole}, {"reply_markup": keyboard}
    ),
    "deleteMessage": Takes({"chat_id": whole, "message_id": whole}, {}),
    "deleteMessages": Takes({"chat_id": whole, "message_ids": message_ids}, {}),
    "answerCallbackQuery": Takes(
        {"callback_query_id": words}, {"text": limited(200), "show_alert": truth}
    ),
    "setMyCommands": Takes({"commands": commands}, {**_LANGUAGE, "scope": structure}),
    "setMyDescription": Takes({}, {**_LANGUAGE, "description": limited(512)}),
    "setMyShortDescription": Takes({}, {**_LANGUAGE, "short_description": limited(120)}),
    "setMyName": Takes({}, {**_LANGUAGE, "name": limited(64)}),
    "sendChatAction": Takes({"chat_id": whole, "action": words}, {}),
}  # fmt: skip


def check(method: str, given: Json) -> Json:
    """The parameters in their types; raise Refused for an unknown method, name or type."""
    takes = METHODS.get(method)
    if takes is None:
        raise Refused(404, "Not Found")
    known = takes.needed | takes.optional
    if unknown := sorted(set(given) - set(known)):
        raise bad(f"unknown parameters: {', '.join(unknown)}")
    if missing := sorted(set(takes.needed) - set(given)):
        raise bad(f"missing parameters: {', '.join(missing)}")
    return {name: known[name](value) for name, value in given.items()}
