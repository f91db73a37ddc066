"""In which order cells start: the longest first, and one that goes on from another after that."""

import heapq
from collections.abc import Mapping, Sequence
from typing import Any

from emotions.fanout.cost import Cost


def continued(plans: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return which cell each goes on from, of those that are given: the same with fewer epochs.

    Only a run whose learning rate and sizes do not depend on where it ends is a part of a longer one; see
    `emotions.training.checkpoint.course`.
    """
    found = {}
    for name, plan in plans.items():
        shorter = {
            epochs: other
            for other, theirs in plans.items()
            if (epochs := _epochs(theirs)) < _epochs(plan) and _course(theirs) == _course(plan)
        }
        if shorter:
            found[name] = shorter[max(shorter)]
    return found


def arrange(
    names: Sequence[str], costs: Mapping[str, Cost], after: Mapping[str, str], slots: int
) -> tuple[list[str], float | None]:
    """Order cells so that the longest start first, with all that waits for them.

    Returns:
        The cells in the order in which they start, and the hours until the last has ended on so many slots;
        None if some cell's hours are not known.
    """
    hours = {name: _own(name, costs, after) for name in names}
    weight = dict(hours)
    for name in names:  # what waits for a cell counts for it too
        before = after.get(name)
        while before is not None:
            weight[before] = weight.get(before, 0.0) + hours[name]
            before = after.get(before)
    ready = [(-weight[name], number, name) for number, name in enumerate(names) if name not in after]
    heapq.heapify(ready)
    order: list[str] = []
    running: list[tuple[float, str]] = []
    now = 0.0
    while ready or running:
        while ready and len(running) < max(slots, 1):
            name = heapq.heappop(ready)[2]
            order.append(name)
            heapq.heappush(running, (now + hours[name], name))
        now, ended = heapq.heappop(running)
        for name in names:
            if after.get(name) == ended:
                heapq.heappush(ready, (-weight[name], names.index(name), name))
    known = all(name in costs and costs[name].hours is not None for name in names)
    return order, now if known else None


def _own(name: str, costs: Mapping[str, Cost], after: Mapping[str, str]) -> float:
    """Return the hours of what a cell trains itself, 0 where they are not known."""
    own = costs[name].hours if name in costs else None
    before = costs[after[name]].hours if name in after and after[name] in costs else None
    return max((own or 0.0) - (before or 0.0), 0.0)


def _epochs(plan: Mapping[str, Any]) -> int:
    return int(plan["train"]["epochs"]) if plan else 0


def _course(plan: Mapping[str, Any]) -> Mapping[str, Any]:
    if not plan or plan["train"]["schedule"] != "constant" or plan["train"]["progressive_resizing"]:
        return plan
    return {**plan, "train": {**plan["train"], "epochs": None}}
