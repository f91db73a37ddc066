"""Run a command's `main`: what the user can put right is one message, without a traceback."""

import sys
from collections.abc import Callable

from emotions.runtime.errors import UserError


def start(main: Callable[[], None]) -> None:
    """Call a command's `main`; a `UserError` becomes one message and exit status 1."""
    try:
        main()
    except UserError as error:
        sys.exit(f"error: {error}")
