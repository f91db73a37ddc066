"""The file of statistics comes back as it was, or is refused by name."""

import numpy as np
import pytest

from emotions.data.pixel_statistics import Statistics
from emotions.runtime.errors import UserError


def test_saved_statistics_come_back_and_are_the_same_bytes(tmp_path):
    whitening = np.random.default_rng(0).normal(size=(64, 64)).astype(np.float32)
    statistics = Statistics(mean=0.4, std=0.2, whitening=whitening)
    for name in ("one.npz", "two.npz"):
        statistics.save(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    loaded = Statistics.load(tmp_path / "one.npz")
    assert (loaded.mean, loaded.std) == (statistics.mean, statistics.std)
    assert loaded.whitening.dtype == np.float32
    np.testing.assert_array_equal(loaded.whitening, statistics.whitening)


def _other(path):
    np.savez(path, mean=np.zeros(3), std=1.0, whitening=np.eye(2))


def _array(path):
    np.save(path.open("wb"), np.eye(2))


def _cut(path):
    Statistics(mean=0.4, std=0.2, whitening=np.eye(64, dtype=np.float32)).save(path)
    path.write_bytes(path.read_bytes()[:-500])


@pytest.mark.parametrize("spoil", [lambda _: None, lambda path: path.touch(), _other, _array, _cut])
def test_an_unusable_file_is_named(tmp_path, spoil):
    path = tmp_path / "statistics.npz"
    spoil(path)
    with pytest.raises(UserError, match=r"statistics\.npz can't be read .*: run `dvc repro zca`"):
        Statistics.load(path)
