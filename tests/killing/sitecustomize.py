"""Python imports this at its start, if PYTHONPATH leads here: stages can be stopped.

EMOTIONS_TEST_STOP_AT names a moment of training and how often it passes before the process writes its number
to the file EMOTIONS_TEST_STOPPED and waits there to be killed; or `start`, where any stage waits until that
file is gone. With EMOTIONS_TEST_DEAF it does not hear of the end of the process that started it, as where the
system allows no such thing.
"""

import gc
import os
import sys
import time
from pathlib import Path

_PATIENCE_S = 300.0
"""No longer than this does a process wait that a failed test forgot."""

_STAGE = next((word for word in sys.orig_argv if word.startswith("emotions.stages.")), "")


def _say_that_it_stops():
    # Renamed, so that who waits for it reads it whole.
    mark = Path(os.environ["EMOTIONS_TEST_STOPPED"])
    mark.with_suffix(".new").write_text(str(os.getpid()))
    mark.with_suffix(".new").replace(mark)
    return mark


def _stop():
    _say_that_it_stops()
    time.sleep(_PATIENCE_S)
    os._exit(3)


def _stopping(function, count, last):
    """Do `last` in place of what `function` does, and stop, when it is called the `count`-th time."""
    left = [count]

    def wrapped(*args, **options):
        left[0] -= 1
        if left[0]:
            return function(*args, **options)
        last(*args, **options)
        return _stop()

    return wrapped


def _nothing(*_, **__):
    pass


def _prepare_to_stop(moment, count):
    from emotions.models import saving
    from emotions.runtime import atomic_files
    from emotions.training import fit

    savez, metadata, save = atomic_files.np.savez, saving._TIMELESS["metadata.json"], saving.save

    def half(temporary, **arrays):
        savez(temporary, **arrays)
        os.truncate(temporary, temporary.stat().st_size // 2)

    match moment:
        case "step":
            timed = fit.Stopwatch.on_train_batch_end
            fit.Stopwatch.on_train_batch_end = _stopping(timed, count, timed)
        case "checkpoint half-written":
            atomic_files.np.savez = _stopping(savez, count, half)
        case "last epoch done":
            saving.save = _stopping(save, count, _nothing)
        case "model half-written":
            saving._TIMELESS["metadata.json"] = _stopping(metadata, count, _nothing)
        case "model written":
            saving.save = _stopping(save, count, save)
        case _:
            raise ValueError(moment)


_STOP_AT = os.environ.get("EMOTIONS_TEST_STOP_AT")

if _STAGE and _STOP_AT == "start":
    _mark = _say_that_it_stops()
    while _mark.exists():
        time.sleep(0.02)

gc.disable()  # imports would spend a fifth of their time in it

if _STAGE.endswith(".train"):
    import emotions.runtime.tensorflow_import  # noqa: F401  # isort: skip  # before Keras imports TensorFlow

    if "EMOTIONS_TEST_DEAF" in os.environ:
        from emotions.runtime import parent_watch

        parent_watch.end_with_parent = lambda: None
    if _STOP_AT:
        _moment, _, _count = _STOP_AT.rpartition(" ")
        _prepare_to_stop(_moment, int(_count))
