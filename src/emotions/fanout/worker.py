"""Run the stages of one cell in a clone of the workspace; it knows nothing of Ray.

python -m emotions.fanout.worker JOB.json OUTCOME.json PARENT
"""

import base64
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dvc.cli import main as dvc_main

from emotions.fanout import lockfile
from emotions.fanout.attempt import home
from emotions.fanout.checkpoints import own_folder
from emotions.fanout.cores import taken
from emotions.fanout.dvc import patiently
from emotions.fanout.job import Job, Outcome, Places
from emotions.runtime import cpu, environment
from emotions.runtime.atomic_files import write_json
from emotions.runtime.errors import UserError
from emotions.runtime.parent_watch import end_with_parent


def run_cell(job: Job, clone: Path) -> Outcome:
    """Run a job's stages in a clone, which is the working folder, and gather what they made.

    A stage that fails is an outcome too.

    Raises:
        UserError: Head and worker do not reach each other's files as they were told to.
    """
    places = job.places
    through = "cache" if _sees_head(places) else "remote"
    _check(places, through)
    _configure(clone, places, through)
    _shape(job.variables)
    with ExitStack() as stack:
        if job.cores is not None:
            stack.enter_context(taken(job.cores, home() / "cores"))
            os.environ[cpu.THREADS] = str(job.cores)
        _fetch(job, through)
        stack.enter_context(_checkpoints(job, through))
        if dvc_main(["repro", "--single-item", *job.stages]):
            return Outcome(job.cell, problem=f"`dvc repro {' '.join(job.stages)}` failed")
        entries = lockfile.entries(clone / "dvc.lock")
        # DVC may return 0 and have run nothing; what has not run has no entry, as the snapshot has none.
        if missing := [stage for stage in job.stages if stage not in entries]:
            return Outcome(job.cell, problem=f"DVC ran nothing of {', '.join(missing)}")
        if through == "remote":
            _remotely(["push", *job.stages], places)
    files = {name: base64.b64encode((clone / name).read_bytes()).decode() for name in job.files}
    kept = {stage: entries[stage] for stage in job.stages}
    return Outcome(job.cell, through=through, entries=kept, files=files)


def _shape(variables: dict[str, str]) -> None:
    """Take the head's variables where they shape what is computed, and none that this machine or Ray has set.

    So a cell is the same on all workers of one kind.
    """
    for name, value in list(os.environ.items()):
        if environment.shaping({name: value}):
            del os.environ[name]
    os.environ.update(variables)


def _sees_head(places: Places) -> bool:
    """Tell whether this worker sees the head's workspace itself, and not one of that name."""
    if places.through == "remote":
        return False
    try:
        return Path(places.mark).read_text(encoding="utf-8") == places.token
    except OSError:
        return False


def _check(places: Places, through: str) -> None:
    if through == "remote" and places.through == "cache":
        raise UserError(f"{places.workspace} can't be reached from here, and results go through the cache")
    if through == "remote" and places.remote is None:
        raise UserError(
            f"{places.workspace} can't be reached from here, and DVC has no default remote: share the "
            "folder, or set one by `dvc remote add --default`"
        )


def _configure(clone: Path, places: Places, through: str) -> None:
    """Write what this clone needs of DVC's options; those in git are there already."""
    cache = places.cache if through == "cache" else str(home() / _project(places) / "cache")
    sections: dict[str, dict[str, str]] = {
        "cache": {"dir": cache, "type": "reflink,hardlink,symlink,copy"},
        "core": {"site_cache_dir": str(clone / ".dvc" / "tmp" / "site")},
    }
    for option, value in places.options.items():
        section, _, name = option.partition(".")
        sections[section] = sections.get(section, {}) | {name: value}
    if places.remote:
        name, options = places.remote
        sections[f"'remote \"{name}\"'"] = options
        sections["core"]["remote"] = name
    lines = [
        line
        for section, options in sections.items()
        for line in (f"[{section}]", *(f"    {name} = {value}" for name, value in options.items()))
    ]
    (clone / ".dvc" / "config.local").write_text("\n".join([*lines, ""]), encoding="utf-8")


def _fetch(job: Job, through: str) -> None:
    """Put what the stages stand on into the clone."""
    if job.inputs and through == "remote":
        _remotely(["pull", *job.inputs], job.places)
    elif job.inputs:
        _dvc(["checkout", *job.inputs])


@contextmanager
def _checkpoints(job: Job, through: str) -> Iterator[None]:
    """Give the trainer a folder of checkpoints of its own, in one that the next attempt sees if any is."""
    places = job.places
    common = Path(places.checkpoints)
    if through == "remote" and not places.checkpoints_shared:
        common = home() / _project(places) / "checkpoints"
    with own_folder(common, job.cell) as folder:
        os.environ["EMOTIONS_CHECKPOINTS"] = str(folder)
        yield


def _project(places: Places) -> str:
    return places.workspace.strip("/").replace("/", "-")


def _remotely(words: list[str], places: Places) -> None:
    patiently(lambda: _dvc(words), places.patience, lambda line: print(line, flush=True))


def _dvc(words: list[str]) -> None:
    if code := dvc_main(words):
        raise UserError(f"`dvc {words[0]}` ended with {code}")


def main() -> None:
    """Read the job, run it, and write the outcome; end with all that was started when the parent dies."""
    job, outcome = map(Path, sys.argv[1:3])
    if os.getppid() != int(sys.argv[3]):
        sys.exit("The process that started this one has died; ending.")
    end_with_parent(group=True)
    told = Job.read(job)
    try:
        found = run_cell(told, Path.cwd())
    except UserError as error:
        found = Outcome(told.cell, problem=str(error))
    except OSError as error:
        found = Outcome(told.cell, problem=f"{error.filename or 'a file'}: {error.strerror}")
    write_json(outcome, vars(found))


if __name__ == "__main__":
    main()
