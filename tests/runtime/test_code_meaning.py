"""The hash of a module is of what it does: comments, docstrings and layout change nothing, all else does."""

import ast
import io
import itertools
import tokenize
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import emotions
from emotions.runtime.code_hash import digest

SOURCES = [file.read_text(encoding="utf-8") for file in sorted(Path(emotions.__file__).parent.rglob("*.py"))]


@pytest.fixture(scope="module")
def hashed(tmp_path_factory):
    """A function that gives the digest of a source."""
    path = tmp_path_factory.mktemp("hashed") / "module.py"

    def of(text):
        path.write_bytes(text.encode())
        return digest(path)

    return of


@pytest.mark.parametrize(
    "other",
    [
        "x = (1,\n  2)\ndef f():\n  return x",
        "x = (1, 2)\n\n\ndef f():\n    return x\n",
        "x = (1, 2) # why\n# what\ndef f():\n\treturn x  \n\n",
        '"""Module."""\nx = (1, 2)\n"""An attribute,\nof two."""\ndef f():\n  "Function" "."\n  return x',
        "('Module')\nx = (1, 2)\n'é'; 'twice'\ndef f():\n  'é';    return x\n'At the end'",
        "x \\\n = (1, 2)\ndef f():\n\n\n  # why\n  return x",
        "x = (1, 2)\r\ndef f():\r\n  return x\r\n",
        "\ufeffx = (1, 2)\ndef f():\n  return x",
    ],
)
def test_comments_docstrings_and_layout_are_left_out(hashed, other):
    assert hashed(other) == hashed("x = (1, 2)\ndef f():\n  return x")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 'a'", 'x = "a"'),
        ("x = 'a'", "'a'"),
        ("x = 'a' 'b'", "x = 'ab'"),
        ("f'{x}'", "'{x}'"),
        ("b'x'", ""),
        ("x = f'{a}'", "x = f'{a }'"),
        ("x = f'{a}{b}'", "x = f'{a}' f'{b}'"),
        ("x = '''a\n b'''", "x = '''a\nb'''"),
        ("x = f'''a\n b'''", "x = f'''a\nb'''"),
        ("x = a\n(b)", "x = a(b)"),
        ("NEWLINE", "\n"),
        # Blocks and lines that a docstring ends or begins.
        ("if x:\n  a = 1\n  'doc'\nb = 1", "if x:\n  a = 1\n  'doc'\n  b = 1"),
        ("def f(): 'doc'\nx = 1", "def f(): 'doc'; x = 1"),
        ("if x: a = 1; 'doc'\nb = 1", "if x: a = 1; b = 1"),
        ("if x:\n  'doc'\na = 1", "if x:\n  a = 1"),
    ],
)
def test_all_else_counts(hashed, one, other):
    assert hashed(one) != hashed(other)


def test_the_hash_is_the_same_under_every_version_of_python(hashed):
    """From Python 3.12 an f-string is many tokens; this is what 3.11 gives."""
    source = (
        "x = f\"{a!r:>{w}} {'é' + f'{b}'} {{}}\" \"é\"  # é\n"
        "y = rf'''é{a\n  + b:\n  >3}\n  {{''', F'', f\"{x}\" f'{y}'\n"
        "class A:\n  'é'; z = [  # é\n f'é{x}']\n"
    )
    assert hashed(source) == "141d18cf9abec6dfe7d5bd3f7ff83a8181a615ad3908a00a6784021a9927f31a"


def tokens_of(text, *kinds):
    found = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token for token in found if token.type in kinds or not kinds]


def replaced(text, token, other, at=None):
    """A text with something else in the place of a token, or of nothing at a place."""
    starts = [0, *itertools.accumulate(len(line) + 1 for line in text.split("\n"))]
    line, character = at or token.start
    begin = starts[line - 1] + character
    return text[:begin] + other + text[begin + (0 if at else len(token.string)) :]


def first_on_their_lines(text):
    """The statements that begin a line, and may have another before them: an `elif` is an `if` to `ast`."""
    lines = text.split("\n")
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    split = [(node, lines[node.lineno - 1], node.col_offset) for node in nodes]
    return [node for node, line, at in split if not line[:at].strip() and line[at : at + 4] != "elif"]


def docstrings(text):
    kinds = (ast.Expr, ast.Constant, str)
    return [
        node
        for node in first_on_their_lines(text)
        if all(
            map(
                isinstance,
                (node, value := getattr(node, "value", None), getattr(value, "value", None)),
                kinds,
            )
        )
    ]


def end_of_line(draw, text):
    token = draw(st.sampled_from(tokens_of(text, tokenize.NEWLINE)))
    words = draw(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=20))
    return replaced(
        text, token, draw(st.sampled_from(["  ", f"# {words}", f"\n  # {words}", "\n\n"])), token.start
    )


def comment(draw, text):
    found = tokens_of(text, tokenize.COMMENT)
    return replaced(text, draw(st.sampled_from(found)), "") if found else text


def docstring(draw, text):
    node = draw(st.sampled_from(first_on_their_lines(text)))
    line = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    words = draw(st.sampled_from(['"""Words,\n\nmore."""', "'é' \"è\"", 'r"""#"""  # é']))
    indent = " " * node.col_offset
    return replaced(text, None, f"{indent}{words}\n", (line, 0))


def no_docstring(draw, text):
    if not (found := docstrings(text)):
        return text
    node, lines = draw(st.sampled_from(found)), text.split("\n")
    without = "\n".join(lines[: node.lineno - 1] + lines[node.end_lineno :])
    try:
        ast.parse(without)
    except SyntaxError:  # there was nothing else, as in a protocol
        return text
    return without


def indentation_in_brackets(draw, text):
    depth, found, before = 0, [], None
    for token in tokens_of(text):
        if depth and before.type == tokenize.NL and token.type != tokenize.NL:
            found.append(token)
        depth += (token.string in tuple("([{")) - (token.string in tuple(")]}"))
        before = token
    if not found:
        return text
    token = draw(st.sampled_from(found))
    return replaced(text, token, draw(st.sampled_from([" ", "\t", "\n", "  # é\n "])), token.start)


CHANGES = [end_of_line, comment, docstring, no_docstring, indentation_in_brackets]


@given(st.data())
def test_rewriting_any_module_leaves_its_hash_alone(hashed, data):
    text = data.draw(st.sampled_from(SOURCES))
    changed = text
    for change in data.draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3)):
        changed = change(data.draw, changed)
        if not first_on_their_lines(changed):
            break
    assert hashed(changed.replace("\n", data.draw(st.sampled_from(["\n", "\r\n"])))) == hashed(text)


@given(st.data())
def test_any_other_token_of_any_module_changes_its_hash(hashed, data):
    text = data.draw(st.sampled_from(SOURCES))
    words = {line for node in docstrings(text) for line in range(node.lineno, node.end_lineno + 1)}
    kinds = tokenize.NAME, tokenize.NUMBER, tokenize.STRING, tokenize.OP
    meant = [token for token in tokens_of(text, *kinds) if token.start[0] not in words]
    assume(meant)  # a package's docstring alone has none
    token = data.draw(st.sampled_from(meant))
    other = {
        tokenize.OP: f"{token.string} {token.string}",
        tokenize.STRING: f"{token.string[:-1]}.{token.string[-1]}",
    }
    try:
        changed = hashed(replaced(text, token, other.get(token.type, f"{token.string}1")))
    except SyntaxError:
        return  # which no stage runs
    assert changed != hashed(text)
