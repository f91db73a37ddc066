"""The one exception whose text is written for the user."""


class UserError(Exception):
    """Something the user can put right: a setting, a file, an account, a full disk.

    Its text says what was wrong, where, what is allowed and what to do. A stage prints it without a
    traceback and exits with 1 (`emotions.stages.command`).
    """
