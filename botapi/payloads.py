"""What people's messages carry beside text, with canaries that must be found nowhere."""

from typing import Any, Final

FILE_ID: Final = "AgACAgQAAxkBAAICanariFichier"
PHONE: Final = "+33600004711"
FILE_NAME: Final = "canari-scan.pdf"
PLACE: Final = 50.370411
CANARIES: Final = (FILE_ID, PHONE, FILE_NAME, str(PLACE), "CanariNom")

_FILE: Final = {"file_id": FILE_ID, "file_unique_id": FILE_ID[-9:], "file_size": 4711}
_FRAME: Final = {**_FILE, "width": 90, "height": 90}
_CLIP: Final = {**_FRAME, "duration": 3, "file_name": FILE_NAME, "mime_type": "video/mp4"}
_DOCUMENT: Final = {**_FILE, "file_name": FILE_NAME, "mime_type": "application/pdf"}

MEDIA: Final[dict[str, dict[str, Any]]] = {
    "photo": {"photo": [_FRAME, _FRAME]},
    "video": {"video": _CLIP},
    "video_note": {"video_note": {**_FILE, "length": 240, "duration": 3}},
    "animation": {"animation": _CLIP, "document": _DOCUMENT},
    "document": {"document": _DOCUMENT},
    "voice": {"voice": {**_FILE, "duration": 2, "mime_type": "audio/ogg"}},
    "audio": {"audio": {**_FILE, "duration": 2, "title": FILE_NAME}},
    "sticker": {
        "sticker": {**_FRAME, "type": "regular", "is_animated": False, "is_video": False,
                    "emoji": "😘", "set_name": "CanariNom"}
    },
    "location": {"location": {"latitude": PLACE, "longitude": 3.081}},
    "contact": {"contact": {"phone_number": PHONE, "first_name": "CanariNom", "user_id": 42}},
    "story": {"story": {"chat": {"id": 42, "type": "private", "first_name": "CanariNom"}, "id": 1}},
    "poll": {
        "poll": {"id": "9", "question": "CanariNom ?", "options": [], "total_voter_count": 0,
                 "is_closed": False, "is_anonymous": True, "type": "regular",
                 "allows_multiple_answers": False}
    },
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
}  # fmt: skip


def person_of(chat_id: int, names: dict[str, str]) -> dict[str, Any]:
    """A user as updates carry one."""
    return {
        "id": chat_id,
        "is_bot": False,
        "first_name": names.get("first_name", "Canari"),
        "language_code": names.get("language_code", "fr"),
    } | ({"username": names["username"]} if "username" in names else {})
