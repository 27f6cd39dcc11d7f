"""The server's key file: for its owner alone, never written over, its mistakes named."""

import json
import stat
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from records.errors import KeyFileError
from records.sealing import make_secret
from records.server_keys import (
    NAMES,
    VersionedKey,
    create_key_file,
    load_key_file,
    make_server_keys,
    prepare_version,
    switch_version,
)

A_KEY = b64encode(bytes(range(32))).decode()


def a_file(path: Path, **changes: Any) -> Path:
    content = {name: {"current": 1, "versions": {"1": A_KEY}} for name in NAMES} | changes
    path.write_text(json.dumps({k: v for k, v in content.items() if v is not ...}))
    return path


def test_what_is_written_is_what_is_read(tmp_path: Path):
    path = tmp_path / "deep" / "folder" / "keys.json"

    assert create_key_file(path) == load_key_file(path)


def test_only_its_owner_reads_the_file(tmp_path: Path):
    path = tmp_path / "keys.json"
    create_key_file(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_are_never_written_over(tmp_path: Path):
    path = tmp_path / "keys.json"
    create_key_file(path)
    before = path.read_bytes()

    with pytest.raises(KeyFileError, match="never written over"):
        create_key_file(path)
    assert path.read_bytes() == before


def test_an_empty_file_is_not_written_over_either(tmp_path: Path):
    path = tmp_path / "keys.json"
    path.touch()

    with pytest.raises(KeyFileError):
        create_key_file(path)
    assert path.read_bytes() == b""


def test_a_missing_file_is_named_with_what_makes_one(tmp_path: Path):
    with pytest.raises(KeyFileError, match=r"nowhere\.json: no key file; .*install"):
        load_key_file(tmp_path / "nowhere.json")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", "é".encode()])
def test_what_is_not_json_is_named_without_its_content(content: bytes, tmp_path: Path):
    path = tmp_path / "keys.json"
    path.write_bytes(content)

    with pytest.raises(KeyFileError, match=r"keys\.json: not readable"):
        load_key_file(path)


@pytest.mark.parametrize("content", ["[]", '"pepper"', "1", "null"])
def test_what_is_no_object_is_refused(content: str, tmp_path: Path):
    path = tmp_path / "keys.json"
    path.write_text(content)

    with pytest.raises(KeyFileError, match="one JSON object"):
        load_key_file(path)


def test_a_folder_in_its_place_is_named(tmp_path: Path):
    with pytest.raises(KeyFileError, match=tmp_path.name):
        load_key_file(tmp_path)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "entry",
    [
        ...,
        None,
        [],
        "c2VjcmV0",
        {},
        {"current": 1},
        {"versions": {"1": A_KEY}},
        {"current": 2, "versions": {"1": A_KEY}},
        {"current": "one", "versions": {"1": A_KEY}},
        {"current": 1, "versions": [A_KEY]},
        {"current": 1, "versions": {}},
        {"current": 1, "versions": {"one": A_KEY}},
        {"current": 1, "versions": {"1": A_KEY[:-4]}},
        {"current": 1, "versions": {"1": A_KEY + "AAAA"}},
        {"current": 1, "versions": {"1": "!" + A_KEY}},
        {"current": 1, "versions": {"1": 5}},
        {"current": 1, "versions": {"1": None}},
        {"current": 2, "versions": {"1": "c2VjcmV0", "2": A_KEY}},
    ],
)
def test_a_malformed_entry_is_named_without_its_value(name: str, entry: Any, tmp_path: Path):
    path = a_file(tmp_path / "keys.json", **{name: entry})

    with pytest.raises(KeyFileError) as refused:
        load_key_file(path)
    told = str(refused.value)
    assert "keys.json" in told
    assert f": {name}:" in told
    assert A_KEY[:8] not in told
    assert "c2VjcmV0" not in told


def test_the_current_version_is_tried_first_then_newest_first():
    keys = {number: make_secret() for number in (1, 2, 3, 4)}
    versioned = VersionedKey(3, keys)

    assert versioned.now is keys[3]
    assert [number for number, _ in versioned.newest_first()] == [3, 4, 2, 1]


def test_no_repr_shows_a_key():
    keys = make_server_keys()
    shown = repr(keys) + str(keys)

    for name in NAMES:
        value = getattr(keys, name).now.value
        assert repr(value)[2:-1] not in shown
        assert value.hex() not in shown
        assert b64encode(value).decode() not in shown


def test_every_key_is_another_one():
    keys = make_server_keys()

    assert len({getattr(keys, name).now.value for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_key_is_rotated_in_two_steps_and_everything_before_stays_readable(
    name: str, tmp_path: Path
):
    path = tmp_path / "keys.json"
    before = getattr(create_key_file(path), name)
    assert prepare_version(path, name) == 2
    prepared = getattr(load_key_file(path), name)
    assert (prepared.current, prepared.now.value) == (1, before.now.value)
    assert switch_version(path, name) == 2
    after = getattr(load_key_file(path), name)

    assert after.current == 2
    assert after.versions[1].value == before.now.value
    assert after.now.value != before.now.value
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in tmp_path.iterdir()] == ["keys.json"]


def test_a_step_out_of_order_is_refused_and_changes_nothing(tmp_path: Path):
    path = tmp_path / "keys.json"
    create_key_file(path)
    with pytest.raises(KeyFileError, match="no version is prepared"):
        switch_version(path, "pepper")
    prepare_version(path, "pepper")
    content = path.read_bytes()
    with pytest.raises(KeyFileError, match="prepared already"):
        prepare_version(path, "pepper")
    assert path.read_bytes() == content
