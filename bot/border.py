"""Pure: cut an update down to what is needed, before anything else sees it.

No name, user name, language code, file id, telephone number or position passes. What kind of
content came (a photo, a voice message) is kept as a word, and nothing of it.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

# In this order: an animation is a document too.
MEDIA: Final = (
    "photo", "video", "video_note", "animation", "document", "voice", "audio", "sticker", "story",
    "live_photo", "paid_media", "location", "venue", "contact", "poll", "dice", "game", "checklist",
)  # fmt: skip
# Telegram's own types insist on a first name.
_NOBODY: Final = "-"

Json = dict[str, Any]


def read_answer(content: str) -> Any:  # noqa: ANN401  what JSON holds
    """Read an answer of the Bot API; the updates and messages in it come out cut down."""
    answer = json.loads(content)
    if isinstance(answer, dict) and "result" in answer:
        answer["result"] = _cut_result(answer["result"])
    return answer


def _cut_result(result: Any) -> Any:  # noqa: ANN401
    if isinstance(result, list):
        return [cut_update(one) if _is_update(one) else one for one in result]
    if isinstance(result, dict) and "message_id" in result and "chat" in result:
        return _message(result)
    return result


def _is_update(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, dict) and "update_id" in value


def cut_update(update: Mapping[str, Any]) -> Json:
    """What is left of an update: ids, text, pressed button, and the kind of anything else."""
    kept: Json = {"update_id": update["update_id"]}
    for name in ("message", "edited_message"):
        if name in update:
            kept[name] = _message(update[name])
    if "callback_query" in update:
        kept["callback_query"] = _callback(update["callback_query"])
    if "my_chat_member" in update:
        kept["my_chat_member"] = _membership(update["my_chat_member"])
    return kept


def _message(message: Mapping[str, Any]) -> Json:
    kept: Json = {
        "message_id": message["message_id"],
        "date": message.get("date", 0),
        "chat": _chat(message["chat"]),
    }
    for name in ("text", "edit_date", "reply_markup"):
        if name in message:
            kept[name] = message[name]
    kind = next((kind for kind in MEDIA if kind in message), None)
    if kind is not None:
        # A field that private chats never have carries the kind; the caption is the text.
        kept["text"] = message.get("caption", "")
        kept["media_group_id"] = message.get("media_group_id")
        kept["author_signature"] = kind
    return kept


def _callback(callback: Mapping[str, Any]) -> Json:
    kept: Json = {
        "id": callback["id"],
        "from": _user(callback["from"]),
        "chat_instance": "-",
        "data": callback.get("data", ""),
    }
    if "message" in callback:
        kept["message"] = _message(callback["message"])
    return kept


def _membership(change: Mapping[str, Any]) -> Json:
    def member(state: Mapping[str, Any]) -> Json:
        # Only whether we may write: the other kinds of member have fields of their own.
        status = "kicked" if state["status"] in {"kicked", "left"} else "member"
        cut: Json = {"status": status, "user": _user(state["user"])}
        return cut | ({"until_date": 0} if status == "kicked" else {})

    return {
        "chat": _chat(change["chat"]),
        "from": _user(change["from"]),
        "date": change.get("date", 0),
        "old_chat_member": member(change["old_chat_member"]),
        "new_chat_member": member(change["new_chat_member"]),
    }


def _chat(chat: Mapping[str, Any]) -> Json:
    return {"id": chat["id"], "type": chat["type"], "first_name": _NOBODY}


def _user(user: Mapping[str, Any]) -> Json:
    return {"id": user["id"], "is_bot": bool(user.get("is_bot")), "first_name": _NOBODY}
