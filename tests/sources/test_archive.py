import os
import zipfile

import pytest

from emotions.runtime.errors import UserError
from emotions.sources.archive import write_archive
from emotions.sources.entries import MAX_ENTRY
from emotions.sources.zips import SafeZip

FILES = {
    "Training/Training/Happy/b.jpg": b"b" * 300,
    "Training/Training/Happy/a.jpg": b"a",
    "Testing/Testing/Sad/c.png": b"",
    "Training/.DS_Store": b"junk",
}


def make_folder(folder, names=tuple(FILES)):
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(FILES[name])
    return folder


def make_zip(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def refuse(path, untouched):
    """A function that returns the message with which a source is refused, and nothing else happens."""

    def message(source):
        with pytest.raises(UserError) as caught:
            write_archive(source if source is None else str(source), path)
        assert untouched()
        return str(caught.value)

    return message


def test_a_zip_is_copied_byte_for_byte(tmp_path, path):
    given = make_zip(tmp_path / "given.zip")
    write_archive(str(given), path)
    assert path.read_bytes() == given.read_bytes()


def test_a_zip_may_stand_where_it_goes(path):
    before = make_zip(path).read_bytes()
    write_archive(str(path), path)
    assert path.read_bytes() == before


def test_a_folder_is_packed_in_the_order_of_names(tmp_path, path):
    write_archive(str(make_folder(tmp_path / "given")), path)
    with SafeZip(path) as archive:
        assert list(archive.names) == sorted(FILES)
        assert {name: archive.read(name) for name in archive.names} == FILES


def test_equal_folders_give_equal_bytes(tmp_path, path):
    one = make_folder(tmp_path / "one")
    other = make_folder(tmp_path / "other", tuple(reversed(FILES)))
    for file in other.rglob("*.jpg"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
        file.chmod(0o600)
    write_archive(str(one), path)
    first = path.read_bytes()
    write_archive(str(other), path)
    assert path.read_bytes() == first


def test_a_home_is_found(tmp_path, path, untouched, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    make_zip(tmp_path / "given.zip")
    write_archive("~/given.zip", path)
    assert not untouched()


def test_names_the_setting_that_is_missing_or_wrong(tmp_path, refuse):
    assert "data.archive.path is null" in refuse(None)
    assert "nowhere.zip" in refuse(tmp_path / "nowhere.zip")
    (tmp_path / "empty" / "Training").mkdir(parents=True)
    assert "a folder without files" in refuse(tmp_path / "empty")
    (tmp_path / "text.zip").write_text("no zip at all")
    assert "text.zip is no zip" in refuse(tmp_path / "text.zip")


def test_a_damaged_zip_is_refused(tmp_path, refuse):
    given = make_zip(tmp_path / "given.zip")
    data = bytearray(given.read_bytes())
    data[data.index(b"a.jpg") + len("a.jpg")] ^= 0xFF
    given.write_bytes(data)
    assert "Happy/a.jpg" in refuse(given)


@pytest.mark.parametrize(
    ("name", "make", "text"),
    [
        ("Folder", lambda file: file.symlink_to("/", target_is_directory=True), "is a link"),
        ("dangling", lambda file: file.symlink_to("nowhere"), "is a link"),
        ("pipe", os.mkfifo, "special file"),
        ("large.jpg", lambda file: file.write_bytes(bytes(MAX_ENTRY + 1)), "allowed"),
        ("back\\slash.jpg", lambda file: file.write_bytes(b""), "backslash"),
        (os.fsdecode(b"\xff.jpg"), lambda file: file.write_bytes(b""), "UTF-8"),
    ],
)
def test_a_folder_with_more_than_files_is_refused(tmp_path, refuse, name, make, text):
    folder = make_folder(tmp_path / "given")
    make(folder / "Training" / "Training" / "Happy" / name)
    message = refuse(folder)
    assert text in message
    assert repr(f"Training/Training/Happy/{name}") in message


def test_links_to_files_are_followed_as_caches_are_made_of_them(tmp_path, path):
    cache, folder = tmp_path / "cache", tmp_path / "given"
    make_folder(cache)
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(os.path.relpath(cache / name, (folder / name).parent))
    write_archive(str(folder), path)
    linked = path.read_bytes()
    write_archive(str(cache), path)
    assert path.read_bytes() == linked
    (tmp_path / "link").symlink_to(folder)
    write_archive(str(tmp_path / "link"), path)
    assert path.read_bytes() == linked


def test_a_relative_path_is_explained_where_an_experiment_runs_in_a_copy(tmp_path, monkeypatch, refuse):
    copy = tmp_path / ".dvc" / "tmp" / "exps" / "tmpx"
    copy.mkdir(parents=True)
    for place, told in ((tmp_path, False), (copy, True)):
        monkeypatch.chdir(place)
        message = refuse("new.zip")
        assert str(place / "new.zip") in message
        assert ("give the absolute path" in message) == told
        assert "git checkout params.yaml" in message


def test_a_home_that_nobody_has_is_named(refuse):
    assert "no home is known of '~nobody-here'" in refuse("~nobody-here/a.zip")


def test_a_folder_of_too_much_is_refused_before_it_is_packed(tmp_path, refuse, monkeypatch):
    monkeypatch.setattr("emotions.sources.entries.MAX_TOTAL", 304)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert "305 bytes" in refuse(make_folder(tmp_path / "given"))
