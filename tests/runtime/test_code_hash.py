"""The code of a stage: what it imports, and nothing else."""

import pytest

from emotions.runtime.code_hash import digests

FILES = {
    "top/__init__.py": "",
    "top/stage.py": "import numpy\nfrom top.library import function\nif True:\n    import top.deep.late",
    "top/library.py": "def function():\n    from top import inner",
    "top/inner.py": "import top.stage",
    "top/unused.py": "import top.stage",
    "top/deep/__init__.py": "",
    "top/deep/late.py": "",
    "top/deep/table.csv": "1",
    "top/other/table.csv": "2",
    "top/other/__init__.py": "",
    "elsewhere.py": "",
}


@pytest.fixture
def source(tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def test_it_is_what_is_imported_anywhere_and_the_data_beside_it(source):
    used = set(FILES) - {"top/unused.py", "top/other/table.csv", "top/other/__init__.py", "elsewhere.py"}
    assert list(digests("top.stage", source)) == sorted(used)


@pytest.mark.parametrize("name", FILES)
def test_it_changes_with_the_files_that_are_used(source, name):
    before = digests("top.stage", source)
    (source / name).write_text(FILES[name] + "\n1")
    after = digests("top.stage", source)
    assert {file for file in before if before[file] != after[file]} == {name} & set(before)


def test_caches_and_hidden_files_do_not_count(source):
    before = digests("top.stage", source)
    (source / "top" / "__pycache__").mkdir()
    (source / "top" / "__pycache__" / "stage.pyc").write_bytes(b"1")
    (source / "top" / "stage.pyc").write_bytes(b"1")
    (source / "top" / ".DS_Store").write_bytes(b"1")
    assert digests("top.stage", source) == before


def test_a_relative_import_is_refused(source):
    (source / "top/inner.py").write_text("from . import unused")
    with pytest.raises(ValueError, match=r"inner.py: line 1 imports from \.; allowed: a full name"):
        digests("top.stage", source)


def test_a_checkout_with_other_ends_of_lines_is_the_same_code(source):
    found = []
    for end in ("\n", "\r\n"):
        for name, content in FILES.items():
            (source / name).write_bytes(f"{content}\nx = 1\n".replace("\n", end).encode())
        found.append(digests("top.stage", source))
    assert found[0] == found[1]
