"""Make the page template of `dvc plots` from npm packages, at the versions and hashes of the lock.

    python -m plots

It writes `.dvc/plots/page.html`, whose charts need no network, and the licences of all that it carries.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MADE = HERE.parent / ".dvc" / "plots"
SCRIPTS = ("vega", "vega-lite", "vega-embed")  # each needs those before it


def main() -> None:
    """Fetch the packages, write the page and the licences.

    npm compares what it fetches with the hashes in the lock, and runs none of it.
    """
    npm = shutil.which("npm")
    if not npm:
        sys.exit("error: npm is missing: install Node.js, or use the page as it stands in .dvc/plots")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("package.json", "package-lock.json"):
            shutil.copyfile(HERE / file, folder / file)
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=False
        )
        if done.returncode:
            sys.exit(done.returncode)  # npm has said why
        packages = folder / "node_modules"
        page = (HERE / "page.html").read_text(encoding="utf-8")
        scripts = "\n".join(f"<script>{_script(_build(packages, name))}</script>" for name in SCRIPTS)
        (MADE / "page.html").write_text(page.replace("{vendored}", scripts), encoding="utf-8", newline="\n")
        (MADE / "page.licences.txt").write_text(_licences(packages), encoding="utf-8", newline="\n")


def _build(packages: Path, name: str) -> Path:
    return packages / name / "build" / f"{name}.min.js"


def _script(file: Path) -> str:
    """Return a script that may stand in a page."""
    text = file.read_text(encoding="utf-8")
    # The map is not there, and a browser's tools would look for it.
    text = re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE).strip()
    # Either would end the script early, or keep its end from being seen.
    found = re.search(r"</script|<script|<!--|\{(scripts|plot_divs|refresh_tag)\}", text, re.IGNORECASE)
    if found:
        sys.exit(f"error: {file.name} holds {found[0]}, and can't be put into the page as it stands")
    return text


def _licences(packages: Path) -> str:
    """Return the licences of all packages in the scripts, each text once."""
    holders: dict[str, list[str]] = {}
    for name in sorted(set(SCRIPTS).union(*(_bundled(_build(packages, script)) for script in SCRIPTS))):
        licence = _described(packages / name)["license"]
        holders.setdefault(_licence(packages, name), []).append(f"{name} ({licence})")
    rule = "\n\n" + "-" * 80 + "\n\n"
    return rule.join(f"{', '.join(names)}\n\n{text}" for text, names in holders.items()) + "\n"


def _licence(packages: Path, name: str) -> str:
    """Return a package's licence; where its own file was left out, that of another from its repository."""
    repository = _described(packages / name)["repository"]
    same = [file.parent for file in sorted(packages.glob("vega*/package.json"))]
    for package in (packages / name, *same):
        if _described(package)["repository"] == repository:
            for file in sorted(package.glob("LICEN*")):
                lines = file.read_text(encoding="utf-8").strip().splitlines()
                return "\n".join(line.rstrip() for line in lines)
    sys.exit(f"error: the package {name} comes without its licence")


def _described(package: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return described


def _bundled(script: Path) -> set[str]:
    """Return the packages that went into a script, as its source map names them."""
    sources = json.loads(script.with_suffix(".js.map").read_text(encoding="utf-8"))["sources"]
    # Those of vega's own repository stand beside it, others under node_modules.
    found = (re.search(r"(?:.*node_modules/|^\.\./\.\./)((?:@[^/]+/)?[^/]+)/", source) for source in sources)
    return {match[1] for match in found if match} - {"src"}


if __name__ == "__main__":
    main()
