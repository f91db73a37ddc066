"""Section on the effect of each setting, beside what the report concluded."""

from collections.abc import Iterator

from emotions.report.cells import marks
from emotions.report.conclusions import CONCLUSIONS
from emotions.report.effects import Effect
from emotions.report.findings import finding, report_s_own
from emotions.report.html import provenance
from emotions.report.html.blocks import Block, Heading, Section, Table, Text
from emotions.report.study import Study
from emotions.report.text import count, p_value, plural, signed_share


def section(study: Study) -> Section:
    """Make the section."""
    tests = sum(pair.test is not None for effect in study.effects for pair in effect.pairs)
    blocks: list[Block] = [
        Text(
            "Each setting against the baseline, backbone by backbone, on the same test images: McNemar's "
            "exact test asks whether the images that one side alone has right are as many as the other's. "
            f"Its p are corrected by Holm's method over all tests of this page, {count(tests)}. Each side "
            "is one run: the test tells a difference of these two models from chance in the test images, "
            "and not from chance in their seeds."
        )
    ]
    for effect in study.effects:
        blocks += _effect(study, effect, tests)
    return Section("effects", "What each setting changes", blocks)


def _effect(study: Study, effect: Effect, tests: int) -> Iterator[Block]:
    yield Heading(effect.subject[0].upper() + effect.subject[1:])
    known = [variant for variant in effect.variants if variant in study.plan.variants]
    for variant in known:
        yield Text(f"{finding(effect, variant, tests)} {report_s_own(effect, variant)}".strip(), "finding")
    if not known:
        yield Text("No variant of this grid repeats it.", "finding")
    where, words = CONCLUSIONS[effect.variants[0]]
    yield Text(f"\u201c{words}\u201d (the report of 2020, section {where})", "quote")
    if effect.pairs:
        names = [(pair.backbone, name) for pair in effect.pairs for name in (pair.variant, "baseline")]
        yield Table(
            caption=f"{effect.subject}: test accuracy less the baseline's",
            header=[
                "Backbone",
                "Variant",
                "difference",
                "only it right",
                "only baseline right",
                "p",
                "p, Holm",
            ],
            rows=[
                [
                    pair.backbone,
                    pair.variant + marks(study.cells[pair.backbone, pair.variant]),
                    signed_share(pair.difference),
                    count(pair.test.gained if pair.test else None),
                    count(pair.test.lost if pair.test else None),
                    p_value(pair.test.p if pair.test else None),
                    p_value(pair.corrected),
                ]
                for pair in effect.pairs
            ],
            words=2,
            source=provenance.of_cells(study, names),
            notes=_untested(effect),
        )


def _untested(effect: Effect) -> list[str]:
    missing = sum(pair.test is None for pair in effect.pairs)
    if not missing:
        return []
    return [
        f"{plural(missing, 'pair')} of which at least one side is stale: not tested, and not counted above."
    ]
