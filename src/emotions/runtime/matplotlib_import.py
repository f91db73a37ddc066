"""Matplotlib, imported with its own defaults and without a screen: no chart depends on the user's settings.

Import what draws from here. A `matplotlibrc` shapes every chart, and may be one that Matplotlib can't read;
a notebook's MPLBACKEND names a backend that is not installed here, which no import survives.
"""

import os
from contextlib import chdir
from importlib.util import find_spec
from pathlib import Path

os.environ["MPLBACKEND"] = "agg"

_spec = find_spec("matplotlib")
assert _spec
assert _spec.origin
# Its defaults are a `matplotlibrc` too. Before all others it takes the one in the working directory.
with chdir(Path(_spec.origin).parent / "mpl-data"):
    import matplotlib as mpl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

__all__ = ["Axes", "Figure", "MaxNLocator", "mpl"]
