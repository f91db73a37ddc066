"""A copy of the project that DVC runs in."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]

RESULTS = ("dvc.lock", "metrics", "release", "reports")
"""What the pipeline writes and git holds."""

yaml = YAML()


class Workspace:
    """A repository of its own, with the code as it stands here and no results."""

    def __init__(self, path):
        self.path = path
        copy_project(path)
        sections = ("recipes", "diagnostics", "release")
        self.change({section: {"backbones": [], "variants": []} for section in sections})

    def change(self, values):
        """Set params: values by their keys, as in `train/epochs`."""
        params = yaml.load(self.path / "params.yaml")
        for key, value in values.items():
            *sections, last = key.split("/")
            section = params
            for name in sections:
                section = section[name]
            section[last] = value
        yaml.dump(params, self.path / "params.yaml")

    def start(self, *words, module="dvc", pythonpath=(), **environment):
        """Start DVC, or another module; what it and its stages say comes through one pipe."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        python = os.pathsep.join(map(str, [*pythonpath, self.path / "src"]))
        return subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=self.path,
            env=os.environ | {"PATH": path, "PYTHONPATH": python} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def dvc(self, *words):
        process = self.start(*words)
        stdout, stderr = process.communicate()
        return subprocess.CompletedProcess(words, process.returncode, stdout, stderr)

    def repro(self, *words):
        """Run, and return the names of the stages that were executed."""
        done = self.dvc("repro", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return executed(done)


def executed(done):
    return set(re.findall(r"Running stage '(.+?)'", done.stdout))


def copy_project(target, without=RESULTS):
    """Copy what git tracks, or would, into a repository of its own."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    for name in names:
        if name.partition("/")[0] not in without and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    identity = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"]
    commit = [*identity, "commit", "--quiet", "--message", "The project"]
    for words in (["init", "--quiet"], ["add", "--all"], commit):
        subprocess.run(["git", *words], cwd=target, check=True)
