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
    known = {name: plan for name, plan in plans.items() if plan}
    for name, plan in known.items():
        shorter = {
            other["train"]["epochs"]: its
            for its, other in known.items()
            if other["train"]["epochs"] < plan["train"]["epochs"] and _course(other) == _course(plan)
        }
        if shorter:
            found[name] = shorter[max(shorter)]
    return found


def arrange(
    names: Sequence[str], costs: Mapping[str, Cost], after: Mapping[str, str], slots: int
) -> tuple[list[str], float | None]:
    """Order cells so that the longest start first, with all that waits for them, and before them the unknown.

    Returns:
        The cells in the order in which they start, and the hours until the last has ended on so many slots;
        None if some cell's hours are not known.
    """
    # Where no cell was recorded, MACs tell which is longer.
    by_macs = all(costs[name].hours is None for name in names)
    given = {name: costs[name].macs if by_macs else costs[name].hours for name in names}
    whole = {name: float(known or 0) for name, known in given.items()}
    hours = {name: max(whole[name] - whole.get(after.get(name, ""), 0.0), 0.0) for name in names}
    weight, depth = dict(hours), dict.fromkeys(names, 0)
    for name in names:  # what waits for a cell counts for it too
        before = name
        while before := after.get(before, ""):
            weight[before] += hours[name]
            depth[name] += 1
    order = sorted(names, key=lambda name: (given[name] is not None, -weight[name], depth[name]))
    free, ends = [0.0] * slots, dict[str, float]()
    for name in order:
        begins = max(heapq.heappop(free), ends.get(after.get(name, ""), 0.0))
        ends[name] = begins + hours[name]
        heapq.heappush(free, ends[name])
    known = all(costs[name].hours is not None for name in names)
    return order, max(ends.values(), default=0.0) if known else None


def _course(plan: Mapping[str, Any]) -> Mapping[str, Any]:
    if plan["train"]["schedule"] != "constant" or plan["train"]["progressive_resizing"]:
        return plan
    return {**plan, "train": {**plan["train"], "epochs": None}}
