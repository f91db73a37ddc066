"""Which cells start first, and which goes on from which."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotions.fanout.cost import Cost
from emotions.fanout.order import arrange, continued
from emotions.params import load_params
from emotions.training.checkpoint import course, is_continued

ROOT = Path(__file__).parents[2]


def hours(**of):
    return {name: Cost(None, value, "recorded") for name, value in of.items()}


def test_the_longest_starts_first():
    assert arrange(["a", "b", "c"], hours(a=1, b=3, c=2), {}, 1) == (["b", "c", "a"], 6.0)
    assert arrange(["a", "b", "c"], hours(a=1, b=3, c=2), {}, 2) == (["b", "c", "a"], 3.0)


def test_what_waits_for_a_cell_makes_it_start_earlier_and_costs_only_what_it_adds():
    costs = hours(short=1, long=9, other=5)
    assert arrange(["other", "short", "long"], costs, {"long": "short"}, 1) == (
        ["short", "long", "other"],
        14.0,
    )


def test_without_known_hours_macs_give_the_order_and_no_sum_is_made_up():
    assert arrange(["a", "b"], {"a": Cost(1, None, ""), "b": Cost(2, None, "")}, {}, 1) == (["b", "a"], None)
    costs = hours(a=1) | {"b": Cost(5, None, "")}
    assert arrange(["a", "b"], costs, {}, 1) == (["b", "a"], None)  # the unknown first
    assert arrange(["b", "a"], hours(a=None, b=None), {}, 1) == (["b", "a"], None)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 9), min_size=1), st.integers(1, 4))
def test_every_cell_starts_once_and_the_end_lies_within_its_bounds(costs, slots):
    order, end = arrange(list(costs), hours(**costs), {}, slots)
    assert sorted(order) == sorted(costs)
    assert max(costs.values()) - 1e-9 <= end <= sum(costs.values()) + 1e-9
    assert end >= sum(costs.values()) / slots - 1e-9


def test_it_agrees_with_what_the_trainer_keeps_checkpoints_for():
    params = load_params(ROOT / "params.yaml")
    cells = {f"{backbone}-{variant}": cell for backbone, variant, cell in params.cells(ROOT / "networks")}
    found = continued({name: cell.model_dump(mode="json") for name, cell in cells.items()})
    assert found["VGG16-epochs-15"] == "VGG16-baseline"
    for name, cell in cells.items():
        assert (name in found.values()) == is_continued(cell, cells.values())
        if name in found:
            assert course(cells[found[name]]) == course(cell)


@pytest.mark.parametrize("plans", [{"a": {}, "b": {}}, {}])
def test_cells_of_unknown_settings_go_on_from_none(plans):
    assert continued(plans) == {}
