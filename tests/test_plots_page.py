"""The page of `dvc plots`, by real DVC on made-up results, drawn by a browser without a network."""

import json
import re
import shutil
import subprocess

import pandas as pd
import pytest

from chromium import needs_chromium
from made_up_details import CLASSES, made_up_details
from workspace import ROOT, Workspace

pytestmark = pytest.mark.long

CELL = "VGG16-baseline"
OVERVIEWS = {"accuracy_curves", "confusion_matrices"}
COUNTS = {"training_images", "test_images"}
OF_THE_CELL = {"history_VGG16_baseline_csv", "predictions_VGG16_baseline_csv"}


def git(folder, *words):
    identity = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def pretend(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # DVC may have made a read-only link of it
    path.write_text(text)


def evidence(workspace, variant, accuracies, right):
    """What stage `evaluate` would have written of a cell of today, so many of each class's 4 images right."""
    history = pd.DataFrame({"epoch": range(1, len(accuracies) + 1), "accuracy": accuracies})
    history = history.assign(val_accuracy=history.accuracy / 2, loss=1.5, val_loss=2.5, learning_rate=0.01)
    rows = [[right if i == j else 4 - right if (i + 1) % 6 == j else 0 for j in range(7)] for i in range(6)]
    plan = json.loads((workspace.path / "data/plan/report.json").read_text())
    made = made_up_details(
        0.3,
        history=history.to_dict("list"),
        confusion={"test": rows, "test_unseen": None},
        fingerprint=plan["fingerprints"][f"VGG16/{variant}"] | {"faces": "f"},
    )
    pretend(workspace.path / f"metrics/details/VGG16/{variant}.json", json.dumps(made))
    return history


def run_and_tag(workspace, tag, accuracies, right):
    """Let DVC take in results as if the cell had been run, and commit them."""
    history = evidence(workspace, "baseline", accuracies, right)
    pretend(workspace.path / "history/VGG16/baseline.csv", history.to_csv(index=False))
    for done in (
        workspace.dvc("commit", "--force", f"train@{CELL}", f"evaluate@{CELL}"),
        workspace.dvc("repro", "--single-item", "plots"),
    ):
        assert done.returncode == 0, done.stdout + done.stderr
    git(workspace.path, "add", "--all")
    git(workspace.path, "commit", "--message", tag)
    git(workspace.path, "tag", tag)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """Two cells, of which one is run twice, with another history the second time."""
    made = Workspace(tmp_path_factory.mktemp("plots"))
    grid = {"backbones": ["VGG16"], "variants": ["baseline", "sgd"]}
    made.change({"data/source": "synthetic", "grid": grid})
    made.repro("plan")
    actual = [name for name in CLASSES for _ in range(4)]
    prepared = json.loads((made.path / "data/plan/report.json").read_text())["prepare_sha256"]
    dataset = {"source": "synthetic", "generated": True, "faces_sha256": "f", "plan_sha256": prepared}
    predictions = pd.DataFrame({"actual": actual, "predicted": actual[2:] + actual[:2]})
    for file, text in {
        "data/prepared/faces.npz": "made up",
        "data/statistics.npz": "made up",
        "models/VGG16/baseline.keras": "made up",
        "history/VGG16/baseline.json": "{}",
        "metrics/runs/VGG16/baseline.json": "{}",
        "metrics/dataset.json": json.dumps(dataset),
        "metrics/class_counts.csv": "class,training,test\n" + "".join(f"{name},40,4\n" for name in CLASSES),
        "predictions/VGG16/baseline.csv": predictions.to_csv(index=False),
    }.items():
        pretend(made.path / file, text)
    evidence(made, "sgd", [0.125, 0.25], right=1)
    run_and_tag(made, "one", [0.25, 0.5, 0.75], right=3)
    run_and_tag(made, "two", [0.25, 0.375, 0.5], right=2)
    return made


@pytest.fixture
def clone(workspace, tmp_path):
    """What git holds of the workspace, and nothing that only DVC's cache does."""
    git(tmp_path, "clone", workspace.path, "clone")
    cloned = object.__new__(Workspace)
    cloned.path = tmp_path / "clone"
    return cloned


def page(workspace, *words):
    done = workspace.dvc("plots", *words)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return workspace.path / "dvc_plots" / "index.html"


DRAWN = """new Promise((resolve) => {
  const waiting = () => [...document.querySelectorAll('div[id]')].some(
    one => !one.hidden && !one.querySelector('svg'));
  const began = Date.now();
  const look = () => waiting() && Date.now() - began < 60000 ? setTimeout(look, 50) : resolve();
  look();
})"""


def opened(browser, page):
    """Open the page, wait for its charts, and return its complaints other than warnings."""
    browser.open(page.as_uri(), 1400)
    browser.evaluate(DRAWN)
    assert {one for one in browser.loaded() if not one.startswith("data:")} == {page.as_uri()}
    return [(event, params) for event, params in browser.complaints() if params.get("type") != "warning"]


def drawn(browser, page):
    """Open the page; return its charts that were drawn: id -> what the marks say of themselves."""
    assert opened(browser, page) == []
    charts = browser.evaluate(
        "[...document.querySelectorAll('div[id]')].map(one => [one.id, [...one.querySelectorAll("
        "'[aria-label][role=graphics-symbol]')].map(mark => mark.getAttribute('aria-label'))])"
    )
    return {name: marks for name, marks in charts if marks}


def cells(marks):
    return {cell for mark in marks for cell in re.findall(r"cell: ([\w-]+)", mark)}


@needs_chromium
def test_a_fresh_clone_draws_curves_matrices_and_counts(clone, browser):
    charts = drawn(browser, page(clone, "show"))
    assert set(charts) == OVERVIEWS | COUNTS
    assert cells(charts["accuracy_curves"]) == {"VGG16-baseline", "VGG16-sgd"}
    matrices = [mark for mark in charts["confusion_matrices"] if "images: " in mark and "share: " in mark]
    assert (len(matrices), cells(matrices)) == (36, {"VGG16-baseline"})  # the best of the backbone


@needs_chromium
def test_where_it_was_run_each_cell_is_drawn_too(workspace, browser):
    assert set(drawn(browser, page(workspace, "show"))) == OVERVIEWS | COUNTS | OF_THE_CELL


@needs_chromium
def test_a_diff_overlays_both_of_the_cells_that_differ(workspace, browser):
    charts = drawn(browser, page(workspace, "diff", "one", "two"))
    # First the cell that differs between the two.
    assert next(iter(charts)) == "history_VGG16_baseline_csv"
    for chart in ("accuracy_curves", "history_VGG16_baseline_csv"):
        assert {"one", "two"} <= {rev for mark in charts[chart] for rev in re.findall(r"rev: (\w+)", mark)}
    for chart in OVERVIEWS:
        assert cells(charts[chart]) == {"VGG16-baseline"}


@needs_chromium
def test_a_clone_without_any_results_says_so(clone, browser):
    for folder in ("reports", "metrics"):
        shutil.rmtree(clone.path / folder)
    assert opened(browser, page(clone, "show")) == []
    said = browser.evaluate("document.querySelector('#empty:not([hidden])').textContent")
    assert "Charts without data" in said


def test_the_template_loads_nothing():
    template = (ROOT / ".dvc" / "plots" / "page.html").read_text(encoding="utf-8")
    assert re.findall(r"<(?:script|link)\b[^>]*", template) == [
        '<link rel="icon" href="data:,"',
        *["<script"] * 4,
    ]
    assert not re.search(r"@import|https?://\S*\.m?js\b", template)
    assert "{scripts}" not in template  # DVC would put there what loads from a CDN
    assert template.count("{plot_divs}") == template.count("{refresh_tag}") == 1


def test_the_template_is_made_of_the_page_and_the_pinned_versions():
    template = (ROOT / ".dvc" / "plots" / "page.html").read_text(encoding="utf-8")
    pinned = json.loads((ROOT / "plots" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((ROOT / "plots" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert lock[""]["dependencies"] == pinned
    assert all(f'"{version}"' in template for version in pinned.values())
    before, after = (ROOT / "plots" / "page.html").read_text(encoding="utf-8").split("{vendored}")
    assert template.startswith(before)
    assert template.endswith(after)
    assert all("integrity" in package for name, package in lock.items() if name)
    assert not any("resolved" in package for package in lock.values())
