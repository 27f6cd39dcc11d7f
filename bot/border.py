"""Pure: cut an update down to what is needed, before anything else sees it.

No name, user name, language code, file id, telephone number or position passes. What kind of
content came (a photo, a voice message) is kept as a word, and nothing of it. Fields that are
missing or of another type than they should be are left out, as far as the update can do without.
"""

from collections.abc import Mapping
from typing import Any, Final

# In this order: an animation is a document too.
MEDIA: Final = (
    "photo", "video", "video_note", "animation", "document", "voice", "audio", "sticker", "story",
    "live_photo", "paid_media", "location", "venue", "contact", "poll", "dice", "game", "checklist",
)  # fmt: skip
# What a message may carry beside its content.
_AROUND: Final = frozenset({
    "message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat",
    "sender_boost_count", "sender_business_bot", "sender_tag", "date", "business_connection_id",
    "chat", "forward_origin", "is_topic_message", "is_automatic_forward", "reply_to_message",
    "external_reply", "quote", "reply_to_story", "reply_to_checklist_task_id", "via_bot",
    "edit_date", "has_protected_content", "is_from_offline", "is_paid_post", "media_group_id",
    "author_signature", "paid_star_count", "text", "entities", "link_preview_options",
    "suggested_post_info", "effect_id", "caption", "caption_entities", "show_caption_above_media",
    "has_media_spoiler", "reply_markup", "forward_from", "forward_from_chat",
    "forward_from_message_id", "forward_signature", "forward_sender_name", "forward_date",
})  # fmt: skip
# What the messenger itself notes in a private chat; nobody said anything.
_NOTES: Final = frozenset({
    "pinned_message", "message_auto_delete_timer_changed", "chat_background_set", "boost_added",
    "write_access_allowed", "users_shared", "chat_shared", "connected_website", "refunded_payment",
    "successful_payment", "invoice", "passport_data", "proximity_alert_triggered", "web_app_data",
    "gift", "unique_gift", "gift_upgrade_sent", "giveaway_created", "giveaway", "giveaway_winners",
    "giveaway_completed", "migrate_to_chat_id", "migrate_from_chat_id", "new_chat_title",
    "checklist_tasks_done", "checklist_tasks_added", "paid_message_price_changed",
    "direct_message_price_changed", "chat_owner_left", "chat_owner_changed", "new_chat_members",
    "left_chat_member", "video_chat_scheduled", "video_chat_started", "video_chat_ended",
    "video_chat_participants_invited", "group_chat_created",
})  # fmt: skip
# Content of a kind that is not known here, or not known yet.
UNKNOWN: Final = "unknown"
FORWARDED: Final = "forwarded"
# Telegram's own types insist on a first name.
_NOBODY: Final = "-"
_LARGEST: Final = 2**53

Json = dict[str, Any]


class Unreadable(Exception):
    """No sense can be made of an update; its number is all that is known, if even that."""

    def __init__(self, number: int | None) -> None:
        super().__init__(f"update {number}")
        self.number = number


def cut_update(update: Any) -> Json:  # noqa: ANN401  what JSON holds
    """What is left of an update: ids, text, pressed button, and the kind of anything else.

    Of a kind of update that nobody asked for only the number is left. Raises Unreadable.
    """
    number = _whole(update.get("update_id")) if isinstance(update, dict) else None
    if number is None:
        raise Unreadable(None)
    kept: Json = {"update_id": number}
    try:
        for name, cut in _CUTS.items():
            if update.get(name) is not None:
                kept[name] = cut(update[name])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Unreadable(number) from None
    return kept


def clean(text: str) -> str:
    """Halves of signs that belong together are joined; one alone cannot be written anywhere."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _message(message: Mapping[str, Any]) -> Json:
    kept: Json = {
        "message_id": _whole(message.get("message_id")) or 0,
        "date": _whole(message.get("date")) or 0,
        "chat": _chat(message["chat"]),
    }
    if isinstance(message.get("text"), str):
        kept["text"] = clean(message["text"])
    elif (kind := _kind(message)) is not None:
        # Fields that private chats never have carry the kind; the caption is the text.
        caption, album = message.get("caption"), message.get("media_group_id")
        kept["text"] = clean(caption) if isinstance(caption, str) else ""
        kept["media_group_id"] = album if isinstance(album, str) else None
        kept["author_signature"] = kind
    if any(name in message for name in ("forward_origin", "forward_date")):
        kept["forward_signature"] = FORWARDED
    return kept


def _kind(message: Mapping[str, Any]) -> str | None:
    known = next((kind for kind in MEDIA if kind in message), None)
    if known is not None or _NOTES & message.keys():
        return known
    return UNKNOWN if message.keys() - _AROUND or "text" in message else None


def _callback(callback: Mapping[str, Any]) -> Json:
    number, data = callback.get("id"), callback.get("data")
    kept: Json = {
        "id": number if isinstance(number, str) else "",
        "from": _user(callback["from"]),
        "chat_instance": "-",
        "data": clean(data) if isinstance(data, str) else "",
    }
    try:
        if callback.get("message") is not None:
            kept["message"] = _message(callback["message"])
    except (ValueError, TypeError, KeyError, AttributeError):
        pass  # an old client's: the button says all
    return kept


def _membership(change: Mapping[str, Any]) -> Json:
    def member(status: str, user: Json) -> Json:
        # Only whether we may write: the other kinds of member have fields of their own.
        cut: Json = {"status": status, "user": user}
        return cut | ({"until_date": 0} if status == "kicked" else {})

    who = _user(change["from"])
    is_gone = change["new_chat_member"]["status"] in {"kicked", "left"}
    return {
        "chat": _chat(change["chat"]),
        "from": who,
        "date": _whole(change.get("date")) or 0,
        "old_chat_member": member("member" if is_gone else "kicked", who),
        "new_chat_member": member("kicked" if is_gone else "member", who),
    }


_CUTS: Final = {
    "message": _message,
    "edited_message": _message,
    "callback_query": _callback,
    "my_chat_member": _membership,
}


def _chat(chat: Mapping[str, Any]) -> Json:
    kind = chat["type"]
    if not isinstance(kind, str):
        raise TypeError("type of chat")
    return {"id": _needed(chat["id"]), "type": kind[:20], "first_name": _NOBODY}


def _user(user: Mapping[str, Any]) -> Json:
    return {"id": _needed(user["id"]), "is_bot": user.get("is_bot") is True, "first_name": _NOBODY}


def _needed(value: Any) -> int:  # noqa: ANN401
    number = _whole(value)
    if number is None:
        raise ValueError("a number is needed")
    return number


def _whole(value: Any) -> int | None:  # noqa: ANN401
    is_one = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST
    return value if is_one else None
