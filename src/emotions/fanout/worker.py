"""Run the stages of one cell in a clone of the workspace; it knows nothing of Ray.

python -m emotions.fanout.worker JOB.json OUTCOME.json PARENT
"""

import base64
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from dvc.cli import main as dvc_main

from emotions.fanout import checkpoints, lockfile
from emotions.fanout.attempt import home
from emotions.fanout.cores import taken
from emotions.fanout.dvc import patiently, repository
from emotions.fanout.job import Job, Outcome, Places, scratch, shaping
from emotions.runtime import cpu
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
    common = places.through != "remote" and Path(places.cache, places.mark).is_file()
    if not common and places.through == "cache":
        raise UserError(f"{places.cache} can't be reached from here, and results go through the cache")
    if not common and places.remote is None:
        raise UserError(
            f"{places.cache} can't be reached from here, and DVC has no default remote: share the "
            "folder, or set one by `dvc remote add --default`"
        )
    apart = home() / places.workspace.strip("/").replace("/", "-")
    _configure(clone, places, places.cache if common else str(apart / "cache"))
    _shape(job)
    with ExitStack() as stack:
        if job.cores is not None:
            stack.enter_context(taken(job.cores, home() / "cores"))
        if job.inputs and common:
            _dvc("checkout", *job.inputs)
        elif job.inputs:
            patiently(lambda: _dvc("pull", *job.inputs), places.patience, print)
        seen = places.checkpoints_shared or (scratch(Path(places.workspace)) / places.mark).is_file()
        folder = Path(places.checkpoints) if seen else apart / "checkpoints"
        own = stack.enter_context(checkpoints.own_folder(folder, job.cell))
        os.environ["EMOTIONS_CHECKPOINTS"] = str(own)
        if dvc_main(["repro", "--single-item", *job.stages]):
            raise UserError(f"`dvc repro {' '.join(job.stages)}` failed")
        # DVC may return 0 and have run nothing; what has not run has no entry, as the snapshot has none.
        entries = lockfile.entries(clone / "dvc.lock")
        if missing := [stage for stage in job.stages if stage not in entries]:
            raise UserError(f"DVC ran nothing of {', '.join(missing)}")
        if not common:
            patiently(lambda: _dvc("push", *job.stages), places.patience, print)
    return Outcome(
        job.cell,
        travelled=not common,
        entries={stage: entries[stage] for stage in job.stages},
        files={name: base64.b64encode((clone / name).read_bytes()).decode() for name in job.files},
    )


def _configure(clone: Path, places: Places, cache: str) -> None:
    """Write what this clone needs of DVC's options; those in git are there already."""
    with repository(clone) as repo, repo.config.edit("local") as config:
        config["cache"] = {"dir": cache, "type": "reflink,hardlink,symlink,copy"}
        if places.remote:
            config["core"] = {"remote": places.remote}
            config["remote"] = {places.remote: dict(places.remote_options)}


def _shape(job: Job) -> None:
    """Take the head's variables where they shape what is computed, and none that this machine or Ray has set.

    So a cell is the same on all workers of one kind.
    """
    for name in shaping():
        del os.environ[name]
    os.environ.update(job.variables)
    if job.cores is not None:
        os.environ[cpu.THREADS] = str(job.cores)


def _dvc(*words: str) -> None:
    if code := dvc_main(list(words)):
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
