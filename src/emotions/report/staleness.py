"""Tell which cells belong to today's params.yaml, code and faces."""

from emotions.evaluation.evidence import Origin
from emotions.settings.fingerprint import Fingerprint

OLD = "it is not recorded what it was made from"
"""The reason of a cell without a fingerprint."""


def stale(made: Origin | None, planned: Fingerprint | None, faces: str | None) -> str:
    """Say why a cell is stale: what it was made from is not what it would be made from today.

    Args:
        made: The cell's own fingerprint.
        planned: That of today; None if no list of `params.yaml` names the cell.
        faces: SHA-256 of today's faces; None if they are not prepared by today's plan.

    Returns:
        Which of settings, code, faces and evaluation differ, parted by commas, or `OLD`. It is blank for a
        cell that belongs to today's, and for one without a plan, which can't differ from it.
    """
    if planned is None:
        return ""
    if made is None:
        return OLD
    differs = {
        "settings": made.settings != planned.settings,
        "code": made.code != planned.code,
        "faces": made.faces != faces,
        "evaluation": made.evaluation != planned.evaluation,
    }
    return ", ".join(name for name, holds in differs.items() if holds)
