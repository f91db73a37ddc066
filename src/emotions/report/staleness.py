"""Tell which cells belong to today's params.yaml, code and faces."""

from emotions.evaluation import evidence
from emotions.settings.evaluate import Fingerprint

OLD = "older than fingerprints"
"""The reason of a cell whose details do not say what it was made from."""


def stale(made: evidence.Fingerprint | None, planned: Fingerprint | None, faces: str | None) -> str:
    """Say why a cell is stale: what it was made from is not what it would be made from today.

    Args:
        made: The cell's own fingerprint.
        planned: That of today; None if no list of `params.yaml` names the cell.
        faces: SHA-256 of today's faces.

    Returns:
        Which of settings, code and faces differ, parted by commas, or `OLD`. It is blank for a cell that
        belongs to today's, and for one without a plan, which can't differ from it.
    """
    if planned is None:
        return ""
    if made is None:
        return OLD
    differs = {
        "settings": made.settings != planned.settings,
        "code": made.code != planned.code,
        "faces": made.faces != faces,
    }
    return ", ".join(name for name, holds in differs.items() if holds)
