"""No name, file id, number or position passes the border."""

import ast
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.border import MEDIA, cut_update
from bot.telegram import read_update
from runtime.settings import PROJECT_ROOT

FORBIDDEN = {
    "get_file", "get_chat", "get_user_profile_photos", "forward_message", "forward_messages",
    "copy_message", "download", "download_file", "GetFile", "GetChat", "GetUserProfilePhotos",
    "ForwardMessage", "ForwardMessages", "full_name", "username", "first_name", "last_name",
    "file_id",
}  # fmt: skip
CANARY = "canari-4711"


def a_message(**more: object) -> dict[str, object]:
    person = {"id": 7, "is_bot": False, "first_name": CANARY, "username": CANARY}
    return {
        "message_id": 3,
        "date": 1,
        "from": person | {"language_code": CANARY, "last_name": CANARY},
        "chat": {"id": 7, "type": "private", "first_name": CANARY, "username": CANARY},
    } | more


@pytest.mark.parametrize("kind", MEDIA)
def test_of_a_medium_only_its_kind_and_caption_pass(kind: str):
    content = [{"file_id": CANARY, "phone_number": CANARY}]
    update = {"update_id": 1, "message": a_message(**{kind: content, "caption": "légende"})}
    kept = cut_update(update)

    assert CANARY not in json.dumps(kept)
    assert kept["message"]["text"] == "légende"
    assert kept["message"]["author_signature"] == kind


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_fields_that_nobody_knows_do_not_pass(fields: dict[str, str]):
    unknown = {f"x_{name}": CANARY for name in fields}
    update = {"update_id": 1, "message": a_message(text="bonjour", **unknown), **unknown}

    assert CANARY not in json.dumps(cut_update(update))


def test_an_update_is_read_without_anything_that_was_cut():
    read = read_update({"update_id": 1, "message": a_message(text="bonjour")})
    assert read is not None
    assert "bonjour" in repr(read)
    assert CANARY not in repr(read)


@pytest.mark.parametrize("path", sorted((PROJECT_ROOT / "bot").rglob("*.py")), ids=lambda p: p.name)
def test_nothing_in_the_bot_asks_for_files_profiles_or_names(path: Path):
    tree = ast.parse(path.read_text("utf-8"))
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    named |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    named |= {
        alias.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for alias in n.names
    }

    assert named & FORBIDDEN == set()
