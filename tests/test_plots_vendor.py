"""What goes into the page of `dvc plots`, on made-up npm packages."""

import json

import pytest

from plots.__main__ import _licences, _script


@pytest.fixture
def packages(tmp_path):
    sources = {
        "vega": ["../../vega-util/build/x.js", "../../../node_modules/d3-a/src/y.js", "../index.js"],
        "vega-lite": ["../src/z.ts"],
        "vega-embed": ["../node_modules/semver/s.js", "../src/embed.ts"],
    }
    ours = {"license": "BSD-3-Clause", "repository": "vega/vega"}
    for name in ("vega", "vega-lite", "vega-embed", "vega-util", "d3-a", "semver", "yargs"):
        build = tmp_path / name / "build"
        build.mkdir(parents=True)
        described = ours if name.startswith("vega") else {"license": "ISC", "repository": name}
        (tmp_path / name / "package.json").write_text(json.dumps(described))
        if name in sources:
            (build / f"{name}.min.js.map").write_text(json.dumps({"sources": sources[name]}))
    for name in ("vega-embed", "d3-a", "semver", "yargs"):
        (tmp_path / name / "LICENSE").write_text(f"Copyright of {name}\n")
    return tmp_path


def test_there_is_a_licence_for_all_that_is_in_the_scripts_and_for_nothing_else(packages):
    first, second, third = _licences(packages).split("-" * 80)
    assert first.strip() == "d3-a (ISC)\n\nCopyright of d3-a"
    assert second.strip() == "semver (ISC)\n\nCopyright of semver"
    names = "vega, vega-embed, vega-lite, vega-util".replace(",", " (BSD-3-Clause),")
    assert third.strip() == f"{names} (BSD-3-Clause)\n\nCopyright of vega-embed"


def test_a_package_without_a_licence_is_refused(packages):
    (packages / "d3-a" / "LICENSE").unlink()
    with pytest.raises(SystemExit, match="d3-a comes without its licence"):
        _licences(packages)


@pytest.mark.parametrize("text", ["'</SCRIPT>'", "'<!--'", "'{plot_divs}'"])
def test_a_script_that_would_break_the_page_is_refused(tmp_path, text):
    (tmp_path / "vega.min.js").write_text(text)
    with pytest.raises(SystemExit, match=r"vega\.min\.js holds"):
        _script(tmp_path / "vega.min.js")


def test_a_script_names_no_map_that_is_not_there(tmp_path):
    (tmp_path / "vega.min.js").write_text("vega = 1;\n//# sourceMappingURL=vega.min.js.map\n")
    assert _script(tmp_path / "vega.min.js") == "vega = 1;"
