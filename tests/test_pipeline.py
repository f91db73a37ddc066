"""dvc.yaml against the code that its stages run."""

import ast
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def module_file(name):
    stem = SOURCE.joinpath(*name.split("."))
    return next((file for file in (stem.with_suffix(".py"), stem / "__init__.py") if file.is_file()), None)


def imports(file):
    """All modules of this project that a file names in an import, wherever in the file it stands."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute here"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def closure(name, found):
    file = module_file(name)
    if file is None or file in found:
        return found
    found.add(file)
    parts = name.split(".")
    for depth in range(1, len(parts)):
        closure(".".join(parts[:depth]), found)
    for imported in imports(file):
        closure(imported, found)
    return found


def code_deps(stage):
    """The modules with code that a stage depends on, by themselves or in a folder."""
    for dep in STAGES[stage]["deps"]:
        path = ROOT / dep
        files = path.rglob("*.py") if path.is_dir() else [path]
        yield from (file.relative_to(ROOT) for file in files if dep.startswith("src/") and has_code(file))


def has_code(file):
    return any(not isinstance(node, ast.Expr) for node in ast.parse(file.read_text(encoding="utf-8")).body)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_depends_on_exactly_the_modules_it_imports(stage):
    module = STAGES[stage]["cmd"].split()[2]
    imported = {file.relative_to(ROOT) for file in closure(module, set()) if has_code(file)}
    assert imported == set(code_deps(stage))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_told_every_path_it_depends_on_or_writes(stage):
    definition = STAGES[stage]
    words = definition["cmd"].split()
    outs = [next(iter(out)) if isinstance(out, dict) else out for out in definition["outs"]]
    metrics = [next(iter(kept)) for kept in definition.get("metrics", []) + definition.get("plots", [])]
    data = [dep for dep in definition["deps"] if not dep.startswith("src/")]
    assert set(outs + metrics + data) <= set(words)


def test_every_python_module_is_reached_by_a_stage_or_run_by_hand():
    by_hand = {"emotions.check", "emotions.demo", "emotions.show"}
    reached = set()
    for stage in STAGES.values():
        closure(stage["cmd"].split()[2], reached)
    for name in by_hand:
        closure(name, reached)
    everything = {file for file in (SOURCE / "emotions").rglob("*.py") if has_code(file)}
    assert everything <= reached
