"""Variables and files that Kaggle's client reads, and secrets in what is told."""

import io
import json
import os
from pathlib import Path

import pytest

from emotions.runtime.errors import UserError
from emotions.sources.kaggle_environment import client_environment
from emotions.sources.redaction import redacted

TOKEN = "KGAT_0123456789abcdef"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home" / ".kaggle").mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture
def environment(home, tmp_path):
    """A function that returns the client's environment."""
    return lambda **variables: client_environment({"HOME": str(home)} | variables, tmp_path)


@pytest.mark.parametrize("around", ["{}\n", " {}\r\n", "\t{}", "\ufeff{}", "{}\u00a0", "'{}'", '"{}"'])
@pytest.mark.parametrize("name", ["KAGGLE_API_TOKEN", "KAGGLE_KEY", "KAGGLE_USERNAME"])
def test_blanks_and_ends_of_lines_around_a_credential_are_taken_off(environment, name, around):
    assert environment(**{name: around.format(TOKEN)})[name] == TOKEN


def test_an_empty_credential_is_none(environment):
    assert "KAGGLE_API_TOKEN" not in environment(KAGGLE_API_TOKEN=" \n")


@pytest.mark.parametrize(
    "value",
    [
        f"“{TOKEN}”",
        f"{TOKEN}\n{TOKEN}",
        f"{TOKEN} x",
        TOKEN * 20,
        "\x1b[0m" + TOKEN,
        f"Bearer {TOKEN}",
        '{"key": "' + TOKEN + '"}',
    ],
)
def test_what_is_no_token_is_refused_without_showing_it(environment, home, value):
    with pytest.raises(UserError, match=r"^KAGGLE_API_TOKEN holds no token") as caught:
        environment(KAGGLE_API_TOKEN=value)
    assert TOKEN not in str(caught.value)
    (home / ".kaggle" / "access_token").write_text(value)
    with pytest.raises(UserError, match="access_token holds no token") as caught:
        environment()
    assert TOKEN not in str(caught.value)


def test_a_file_that_is_not_in_utf_8_is_named(environment, home):
    (home / ".kaggle" / "access_token").write_text(TOKEN, encoding="utf-16")
    with pytest.raises(UserError, match=r"access_token is no plain text in UTF-8"):
        environment()


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_of_certificates_that_can_not_serve_is_named(environment, tmp_path, name):
    with pytest.raises(UserError, match=rf"^{name} is /no/such\.pem, and there is no such file"):
        environment(**{name: "/no/such.pem"})
    (tmp_path / "text.pem").write_text("no certificate")
    with pytest.raises(UserError, match=rf"^{name} is .*text\.pem, which holds no certificates"):
        environment(**{name: str(tmp_path / "text.pem")})
    with pytest.raises(UserError, match=rf"^{name} is .*, a folder without certificates"):
        environment(**{name: str(tmp_path)})
    (tmp_path / "5ad8a5d6.0").touch()
    environment(**{name: str(tmp_path)})


@pytest.mark.parametrize(
    "value", ["-----BEGIN CERTIFICATE-----\nM", "-----BEGIN CERTIFICATE-----\\nM", "/a/b.pem\nM"]
)
def test_certificates_in_the_variable_itself_are_not_told(environment, value):
    with pytest.raises(UserError, match=r"^REQUESTS_CA_BUNDLE holds certificates themselves") as caught:
        environment(REQUESTS_CA_BUNDLE=value)
    assert "M" not in str(caught.value).replace("PEM", "")


def test_a_bundle_that_can_not_be_asked_for_is_named(environment, tmp_path, lock):
    with pytest.raises(UserError, match=r"^CURL_CA_BUNDLE is M+, .* \(File name too long\)"):
        environment(CURL_CA_BUNDLE="M" * 300)
    lock(tmp_path / "shut")
    with pytest.raises(UserError, match=r"^CURL_CA_BUNDLE is .*b\.pem, .* \(Permission denied\)"):
        environment(CURL_CA_BUNDLE=str(tmp_path / "shut" / "b.pem"))


def test_proxies_that_can_not_serve_are_named_without_their_passwords(environment, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for scheme, said in (("socks5h", "needs the package PySocks"), ("ftp", "unknown kind")):
        with pytest.raises(UserError, match=f"^ALL_PROXY names .*{said}") as caught:
            environment(ALL_PROXY=f"{scheme}://me:secret@127.0.0.1:1080")
        assert "secret" not in str(caught.value)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert environment(ALL_PROXY="socks5h://127.0.0.1:1080")["ALL_PROXY"]
    assert environment(https_proxy="127.0.0.1:3128")["https_proxy"]


def test_a_folder_of_settings_that_can_not_be_made_is_named_or_replaced(tmp_path, capsys):
    with pytest.raises(UserError, match=r"^KAGGLE_CONFIG_DIR is '/proc/kaggle', which is no folder"):
        client_environment({"HOME": str(tmp_path), "KAGGLE_CONFIG_DIR": "/proc/kaggle"}, tmp_path)
    (tmp_path / "file").touch()
    for home in ("/proc/nobody", str(tmp_path / "file")):
        assert client_environment({"HOME": home}, tmp_path)["KAGGLE_CONFIG_DIR"] == str(tmp_path)
        assert f"{home}/.config/kaggle can't be made" in capsys.readouterr().err
    new = tmp_path / "new"
    assert client_environment({"HOME": str(new)}, tmp_path)["KAGGLE_CONFIG_DIR"] == f"{new}/.config/kaggle"
    (new / ".kaggle").mkdir()
    assert "KAGGLE_CONFIG_DIR" not in client_environment({"HOME": str(new)}, tmp_path)


@pytest.fixture
def lock(monkeypatch):
    """A function that keeps this process out of a folder; root could enter any."""

    def lock(folder):
        for module, name in ((os, "stat"), (os, "mkdir"), (io, "open")):
            monkeypatch.setattr(module, name, refusing(folder, getattr(module, name)))

    return lock


def refusing(folder, call):
    def refusing(path, *args, **options):
        if str(path).startswith(f"{folder}{os.sep}"):
            raise PermissionError(13, "Permission denied", str(path))
        return call(path, *args, **options)

    return refusing


@pytest.mark.parametrize("variables", [{}, {"KAGGLE_API_TOKEN": TOKEN}])
def test_a_home_that_can_not_be_entered_is_replaced(environment, home, tmp_path, lock, variables):
    (home / ".kaggle" / "kaggle.json").write_text("{")
    lock(home)
    found = environment(**variables)
    assert found == variables | {"HOME": str(tmp_path), "KAGGLE_CONFIG_DIR": str(tmp_path)}
    given = {"KAGGLE_CONFIG_DIR": str(tmp_path / "given")}
    assert environment(**variables, **given) == variables | {"HOME": str(tmp_path)} | given


def test_a_folder_of_the_client_that_can_not_be_entered_is_passed_over(environment, home, tmp_path, lock):
    lock(home / ".kaggle")
    assert environment()["KAGGLE_CONFIG_DIR"] == str(home / ".config" / "kaggle")
    lock(home / ".config")
    assert environment()["KAGGLE_CONFIG_DIR"] == str(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "Invalid header value: 'Bearer {}\\n'",
        "Authorization: Basic {}",
        "Failed to parse: http://me:{}@proxy:80",
        "Cannot connect to http://{}@proxy",
        "403 for https://storage.example/blob.zip?X-Signature={}&x=1",
    ],
)
def test_headers_and_addresses_are_told_without_their_secrets(text, tmp_path):
    assert TOKEN not in redacted(text.format(TOKEN), {"HOME": str(tmp_path)})


@pytest.mark.parametrize("name", ["KAGGLE_API_TOKEN", "KAGGLE_KEY", "MY_SECRET", "PASSWORD", "https_proxy"])
@pytest.mark.parametrize(
    "value", [f"{TOKEN}\n", f"“{TOKEN}”", f"http://me:{TOKEN}@[x", f"me:{TOKEN}@proxy:80"]
)
def test_the_value_of_a_variable_is_told_by_its_name(name, value, tmp_path):
    for text in (f"no {value} here", f"no {value!r} here", ascii(value), value.strip()):
        assert TOKEN not in redacted(text, {"HOME": str(tmp_path), name: value})


def test_what_stands_in_the_files_of_the_client_is_not_told(home):
    (home / ".kaggle" / "kaggle.json").write_text(json.dumps({"username": "me", "key": TOKEN}))
    assert redacted(f"refused: {TOKEN}", {"HOME": str(home)}) == "refused: …"
    (home / ".kaggle" / "kaggle.json").write_text("{")
    (home / ".kaggle" / "access_token.txt").write_text(f"{TOKEN}\n")
    assert redacted(f"refused: {TOKEN}", {"HOME": str(home)}) == "refused: …"


def test_what_is_no_secret_stays(tmp_path):
    text = "Connection refused [Errno 111]: /home/me/.kaggle, KAGGLE_CONFIG_DIR"
    variables = {
        "HOME": str(tmp_path),
        "PATH": "/home/me",
        "KAGGLE_CONFIG_DIR": str(Path("/home/me/.kaggle")),
    }
    assert redacted(text, variables) == text


def test_a_token_in_a_file_is_read_without_what_stands_around_it(environment, home, tmp_path):
    (home / ".kaggle" / "access_token").write_text("\n")
    (home / ".kaggle" / "access_token.txt").write_text(f"\ufeff{TOKEN}\r\n")
    assert environment()["KAGGLE_API_TOKEN"] == TOKEN
    (tmp_path / "mine").write_text(f"{TOKEN[::-1]}\n")
    assert environment(KAGGLE_API_TOKEN=str(tmp_path / "mine"))["KAGGLE_API_TOKEN"] == TOKEN[::-1]


@pytest.mark.parametrize(
    "value", ["/no/such", "~/no/such", "~nobody-here/x", "./no", "../no", "/" + "x" * 300]
)
def test_the_name_of_a_file_that_is_not_there_is_no_token(environment, value):
    with pytest.raises(UserError, match=r"^KAGGLE_API_TOKEN names a file that is not there"):
        environment(KAGGLE_API_TOKEN=value)
    with pytest.raises(UserError, match=r"^KAGGLE_KEY holds no token"):
        environment(KAGGLE_KEY=value)


def test_a_token_in_a_file_below_home_is_found(environment, home, tmp_path, lock, monkeypatch):
    monkeypatch.setenv("HOME", str(home))
    (home / "mine").write_text(TOKEN)
    assert environment(KAGGLE_API_TOKEN="~/mine")["KAGGLE_API_TOKEN"] == TOKEN
    lock(home)
    with pytest.raises(UserError, match=r"^KAGGLE_API_TOKEN names a file that is not there, or whose folder"):
        environment(KAGGLE_API_TOKEN="~/mine")


def test_a_variable_that_names_another_file_does_not_lay_it_open(environment, tmp_path):
    (tmp_path / "other").write_text("private:x:0:0\n" * 9)
    with pytest.raises(UserError, match="other holds no token") as caught:
        environment(KAGGLE_API_TOKEN=str(tmp_path / "other"))
    assert "private" not in str(caught.value)
    with pytest.raises(UserError, match="can't be read: Is a directory"):
        environment(KAGGLE_API_TOKEN=str(tmp_path))


@pytest.mark.parametrize("name", ["kaggle.json", "credentials.json"])
@pytest.mark.parametrize("content", [b"[1]", b'{"key": "', b"\xef\xbb\xbf{}", b"\xff\xfe{\0", b"[" * 10**5])
def test_a_file_of_credentials_that_the_client_would_pass_over_is_named(environment, home, name, content):
    (home / ".kaggle" / name).write_bytes(content)
    with pytest.raises(UserError, match=rf"{name} (holds no object in JSON|is no plain text)"):
        environment()


@pytest.mark.parametrize(
    "value",
    ["http://", "http://h:99999", "http://h:port", "http://[::1", "http://h/path", "http://me:se#cret@h:1"],
)
def test_an_address_that_is_no_proxys_is_named_without_its_password(environment, value):
    with pytest.raises(UserError, match=r"^HTTPS_PROXY holds no address of a proxy; allowed") as caught:
        environment(HTTPS_PROXY=value)
    assert "cret" not in str(caught.value)


def test_blanks_around_a_proxy_are_taken_off(environment):
    assert environment(https_proxy=" http://me:s%23@h:1/ \n")["https_proxy"] == "http://me:s%23@h:1/"


def test_hosts_without_a_proxy_are_no_secret(tmp_path):
    assert redacted("localhost fails", {"HOME": str(tmp_path), "NO_PROXY": "localhost"}) == "localhost fails"


def test_a_folder_of_settings_below_home_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    variables = {"HOME": str(tmp_path), "KAGGLE_CONFIG_DIR": "~/mine"}
    assert client_environment(variables, tmp_path)["KAGGLE_CONFIG_DIR"] == str(tmp_path / "mine")
