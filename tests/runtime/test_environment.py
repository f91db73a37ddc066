"""What is decided before TensorFlow and Keras are imported, and that nothing goes round it."""

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import emotions
from emotions.runtime import cpu, environment
from emotions.runtime.environment import decide, prepare, shaping

ONEDNN = "TF_ENABLE_ONEDNN_OPTS"


@pytest.mark.parametrize(
    ("onednn", "instructions", "expected"),
    [
        ("always", "avx2", "1"),
        ("always", "avx512f", "1"),
        ("avx512", "sse4_2", "0"),
        ("avx512", "avx2", "0"),
        ("avx512", "avx512f", "1"),
        ("avx512", "amx_bf16", "1"),
        ("avx512", "unknown", "1"),
    ],
)
@pytest.mark.parametrize("architecture", ["x86_64", "AMD64"])
def test_onednn_is_on_but_where_it_was_measured_to_lose(architecture, onednn, instructions, expected):
    assert decide(onednn, {}, architecture, instructions)[ONEDNN] == expected


def test_other_architectures_keep_tensorflows_default():
    assert decide("always", {}, "aarch64", "unknown")[ONEDNN] is None


places = st.sampled_from(["always", "avx512"])
platforms = st.sampled_from(["x86_64", "arm64"])


@given(
    places, st.text(max_size=3), st.sampled_from(["x86_64", "arm64"]), st.sampled_from(["avx2", "avx512f"])
)
def test_what_the_user_sets_of_onednn_wins(onednn, value, architecture, instructions):
    assert decide(onednn, {ONEDNN: value}, architecture, instructions)[ONEDNN] == value


@given(st.dictionaries(st.sampled_from(sorted(environment._KERAS)), st.text(max_size=3)))
def test_keras_is_the_projects_whatever_the_user_sets(given_by_user):
    decided = decide("always", given_by_user, "x86_64", "avx2")
    assert decided.pop(ONEDNN) == "1"
    assert decided.pop("KERAS_BACKEND") == "tensorflow"
    assert set(decided.values()) == {None}


@pytest.fixture
def fresh(monkeypatch):
    """The variables and modules of a process without TensorFlow, on a processor with AVX2."""
    variables = {"KERAS_BACKEND": "jax", "KERAS_MAX_EPOCHS": "2", "HOME": "/"}
    modules = {}
    monkeypatch.setattr(environment, "os", SimpleNamespace(environ=variables))
    monkeypatch.setattr(environment, "sys", SimpleNamespace(modules=modules))
    monkeypatch.setattr(environment, "platform", SimpleNamespace(machine=lambda: "x86_64"))
    monkeypatch.setattr(cpu, "instructions", lambda: "avx2")
    monkeypatch.setattr(environment, "_given", {})
    return variables, modules


def test_a_later_decision_is_made_anew_and_a_child_inherits_none(fresh):
    variables, _ = fresh
    before = dict(variables)
    assert not environment.prepared()
    prepare("always")
    prepare("avx512")
    assert environment.prepared()
    assert variables == {"HOME": "/", "KERAS_BACKEND": "tensorflow", ONEDNN: "0"}
    assert environment.inherited() == before


def test_after_tensorflow_only_the_same_decision_stands(fresh):
    _, modules = fresh
    prepare()
    modules["tensorflow"] = None
    prepare("always")
    with pytest.raises(RuntimeError, match=f"{ONEDNN} is 1, and TensorFlow was imported before it"):
        prepare("avx512")


def test_what_may_change_bits_is_told_and_nothing_else():
    harmless = {
        "PATH": "/bin",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        ONEDNN: "1",
        "TF_NUM_INTRAOP_THREADS": "4",
        "KERAS_BACKEND": "tensorflow",
        "KERAS_HOME": "/k",
        "CUDA_VISIBLE_DEVICES": "1",
        "NVIDIA_REQUIRE_CUDA": "cuda>=12",
        "TF_VAR_database": "terraform's",
        "TF_API_KEY": "secret",
        "XLA_TOKEN": "secret",
    }
    assert not shaping(harmless)
    telling = {"XLA_FLAGS": "--a=b", "NVIDIA_TF32_OVERRIDE": "0", "ONEDNN_MAX_CPU_ISA": "AVX2"}
    assert shaping(telling | harmless) == "NVIDIA_TF32_OVERRIDE=0 ONEDNN_MAX_CPU_ISA=AVX2 XLA_FLAGS=--a=b"


@pytest.mark.parametrize(
    ("libraries", "point"),
    [({"tensorflow", "keras"}, "tensorflow_import"), ({"matplotlib"}, "matplotlib_import")],
)
def test_one_module_alone_imports_what_reads_the_users_settings(libraries, point):
    tests = Path(__file__).parents[1]
    folders = Path(emotions.__file__).parent, tests, tests.parent / "benchmarks"
    importing = {
        file.stem
        for folder in folders
        for file in folder.rglob("*.py")
        if libraries & {name.partition(".")[0] for name in imported(file)}
    }
    assert importing == {point}


def imported(file):
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
