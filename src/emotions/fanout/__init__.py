"""The grid on all cores and all machines: cells of the pipeline run side by side, by Ray or by any scheduler.

The way of a cell: `pipeline` asks DVC which are stale; `snapshot` packs the workspace; a worker makes a clone
of it (`attempt`), runs the cell's stages there (`worker`) and gives back what it made (`job.Outcome`); the
head puts that in place (`delivery`). `head` leads, `ray_session` carries.
"""
