"""A git bundle of the workspace as it stands: what is committed, and what is not.

It is made in a repository of its own, which borrows the objects of the user's: index, HEAD, refs and objects
of that are left alone. What git ignores is not in it; what it does not ignore is, secrets too.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from emotions.runtime.errors import UserError

_OWN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX")
"""Variables that a hook or an alias sets, and that would lead git elsewhere."""
_CONFIG = {"user.name": "fanout", "user.email": "fanout@localhost", "core.bare": "false"}


def bundle(workspace: Path, lock: str, ignored: Iterable[Path] = ()) -> bytes:
    """Pack a workspace into a bundle of one commit, on the branch `fanout`.

    Args:
        workspace: The root of a git repository.
        lock: What `dvc.lock` holds in it.
        ignored: Files below it that are packed though git ignores them.

    Raises:
        UserError: It is no such root, or git fails.
    """
    top = Path(_git(workspace, "rev-parse", "--show-toplevel"))
    if top.resolve() != workspace.resolve():
        raise UserError(f"{workspace} is inside the git repository {top}; allowed: its root")
    objects, index, excluded = (
        workspace / _git(workspace, "rev-parse", "--git-path", name)
        for name in ("objects", "index", "info/exclude")
    )
    with tempfile.TemporaryDirectory(prefix="emotions-snapshot-") as folder:
        made = Path(folder)
        _git(workspace, "init", "--quiet", "--bare", folder)
        (made / "objects" / "info" / "alternates").write_text(f"{objects.resolve()}\n", encoding="utf-8")
        for source, target in ((index, made / "index"), (excluded, made / "info" / "exclude")):
            if source.is_file():
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(source, target)

        def git(*words: str, given: str | None = None) -> str:
            return _git(workspace, f"--git-dir={made}", f"--work-tree={workspace}", *words, given=given)

        git("add", "--all")
        for file in ignored:
            git("add", "--force", "--", str(file))
        entry = git("hash-object", "-w", "--stdin", given=lock)
        git("update-index", "--add", "--cacheinfo", f"100644,{entry},dvc.lock")
        commit = git("commit-tree", git("write-tree"), "-m", "The workspace as it stood")
        git("update-ref", "refs/heads/fanout", commit)
        git("bundle", "create", str(made / "bundle"), "refs/heads/fanout")
        return (made / "bundle").read_bytes()


def _git(folder: Path, *words: str, given: str | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in _OWN}
    options = [word for name, value in _CONFIG.items() for word in ("-c", f"{name}={value}")]
    try:
        done = subprocess.run(
            ["git", *options, *words],  # noqa: S607  # the user's git
            cwd=folder, env=environment, input=given, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise UserError("git can't be found: install it, or put it on the PATH") from None
    if done.returncode:
        raise UserError(f"git can't pack {folder}: {done.stderr.strip()}")
    return done.stdout.strip()
