"""What DVC could not read is said before DVC reads it."""

import pytest

from emotions.runtime.errors import UserError
from emotions.settings.yaml_file import read_yaml


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("seed: 0\n".encode("utf-16"), "is UTF-16, and DVC reads UTF-8 alone"),
        ("ä: 0\n".encode("latin-1"), "is in another encoding"),
        (b"a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> main\n", "a conflict that git left, at line 2"),
        (b"a: [", "is not YAML"),
        (b"a: 1\na: 2", "is not YAML"),
        (b"a: 2024-13-45", "is not YAML"),
        (b"a: \x00", "is not YAML"),
        (b"[" * 100_000, "nested"),
        (b"- " * 100_000, "nested"),
        (b"".join(b" " * depth + b"a:\n" for depth in range(2000)), "nested"),
        (b"a: &a [*a]", "fewer aliases"),
        (
            b"a0: &a0 [0]\n"
            + b"".join(b"a%d: &a%d [%s]\n" % (n + 1, n + 1, b"*a%d, " % n * 10) for n in range(12)),
            "fewer aliases",
        ),
        (b"#" * 2**23, "bytes"),
    ],
    ids=range(13),
)
def test_a_file_that_can_not_be_read_is_named_with_the_reason(tmp_path, data, said):
    path = tmp_path / "params.yaml"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        read_yaml(path)
    assert str(path) in str(caught.value)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: {b: 2024-01-15}", "a.b: YAML reads this as a date"),
        ("a:\n- 0\n- 2024-01-15 10:00:00", "a.1: YAML reads this as a datetime"),
        ("a:\n  2024-01-15: 0", "a.2024-01-15: YAML reads this as a date"),
        ("a: !!set {x}", "a: YAML reads this as a set"),
        ("a: !!binary aGFsbG8=", "a: YAML reads this as a bytes"),
        ("a: !!pairs [x: 1]", "a.0: YAML reads this as a tuple"),
        ("? [a, b]\n: 1", "('a', 'b'): YAML reads this as a tuple"),
    ],
)
def test_a_value_that_dvc_does_not_take_is_named_by_its_key(tmp_path, text, said):
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(UserError) as caught:
        read_yaml(tmp_path / "a.yaml")
    assert str(caught.value).endswith(f"a.yaml: {said}, which DVC does not take: put quotes around it")


def test_a_value_that_stands_under_a_key_twice_is_not_shown(tmp_path):
    (tmp_path / "a.yaml").write_text("token: one\ntoken: other\n")
    with pytest.raises(UserError, match='line 2, column 1: found duplicate key "token" while') as caught:
        read_yaml(tmp_path / "a.yaml")
    assert "other" not in str(caught.value)


def test_a_conflict_in_the_lock_has_a_way_out(tmp_path):
    (tmp_path / "dvc.lock").write_text("<<<<<<< HEAD\na: 1\n=======\n>>>>>>> main\n")
    with pytest.raises(UserError, match=r"git checkout --ours dvc\.lock"):
        read_yaml(tmp_path / "dvc.lock")


def test_a_byte_order_mark_and_any_ends_of_lines_are_read(tmp_path):
    (tmp_path / "a.yaml").write_bytes("\ufeffa: 1e-3\r\nb: [ä]\r\n".encode())
    assert read_yaml(tmp_path / "a.yaml") == {"a": 0.001, "b": ["ä"]}
