"""An archive or a folder of one's own becomes one zip, or is refused by name."""

import errno
import os
import zipfile
from pathlib import Path

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


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://me:SECRET@host.org:80/faces.zip?X-Goog-Signature=SECRET#SECRET", "https://host.org:80…"),
        ("https://host.org?SECRET=" + "x" * 300, "https://host.org…"),
        ("https://me:SECRET/SECRET@host.org/faces.zip", "https://…"),
        ("https://host.org/faces.zip?SECRET@SECRET", "https://…"),
        ("https:/me:SECRET@host.org/faces.zip", "https:/host.org…"),
        ("S3://bucket/SECRET", "S3://bucket…"),
    ],
)
def test_an_address_is_told_from_a_path_and_its_secrets_are_not_shown(refuse, address, shown):
    message = refuse(address)
    assert f"data.archive.path is an address, {shown}, and none is fetched: download" in message
    assert "SECRET" not in message


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOENT, errno.EACCES])
def test_a_file_that_fails_while_it_is_read_is_named(tmp_path, refuse, monkeypatch, number):
    def failing(path):
        if path.name == "a.jpg":
            raise OSError(number, os.strerror(number))
        return read_bytes(path)

    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", failing)
    message = refuse(make_folder(tmp_path / "given"))
    assert f"Happy/a.jpg can't be read: {os.strerror(number)}" in message


def test_a_file_that_vanishes_while_a_folder_is_listed_is_named(tmp_path, refuse, monkeypatch):
    def racing(*arguments, **options):
        for here, folders, names in walk(*arguments, **options):
            for name in names:
                (Path(here) / name).unlink()
            yield here, folders, names

    walk = os.walk
    monkeypatch.setattr(os, "walk", racing)
    message = refuse(make_folder(tmp_path / "given"))
    assert message.startswith(str(tmp_path / "given" / "T"))
    assert message.endswith("can't be copied: No such file or directory")


def test_a_folder_of_too_much_is_refused_before_it_is_packed(tmp_path, refuse, monkeypatch):
    monkeypatch.setattr("emotions.sources.entries.MAX_TOTAL", 304)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert "305 bytes" in refuse(make_folder(tmp_path / "given"))
