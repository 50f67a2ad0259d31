"""What the rules share that report torch's own refusals: the claim that a violation of one kind makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import ClassVar

from msgspec.structs import replace

from convlint.changes import SetArgument
from convlint.config import Config
from convlint.evidence import Evidence, NotRebuilt, Raises
from convlint.findings import Related, Severity
from convlint.layers.core.refusal import RefusalKind
from convlint.origins.spelling import Spelt
from convlint.rules.base import Claim, Rule
from convlint.rules.mending import OUTPUTS, WEIGHTS, set_argument
from convlint.rules.provenance import built_for, came_from
from convlint.rules.remedies import remedy_text
from convlint.rules.subjects import full_name, input_origin, layer_path, told_sizes
from convlint.rules.wording import as_operators, as_sizes, joined
from convlint.symbolic import Size
from convlint.trace import ModelTrace, Place, Violation


class RefusalRule(Rule):
    """A rule that reports torch's refusals of one kind."""

    severity = Severity.ERROR
    kind: ClassVar[RefusalKind]

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        if trace.violation is not None:
            remedy = trace.remedy
            advice = (
                self.advice(trace, trace.violation) if remedy is None else remedy_text(trace, remedy, trace.violation)
            )
            mended = self.mended(trace.violation) if remedy is None else remedy.arguments
            for claim in refusal_claim(trace, self.kind, advice=advice, mended=mended):
                yield replace(claim, fix=_mending(trace.violation, mended))

    def advice(self, trace: ModelTrace, violation: Violation) -> str | Spelt:
        """Return what would mend it, in one line; "" for nothing to say."""
        return ""

    def mended(self, violation: Violation) -> Mapping[str, Size]:
        """Return the constructor's arguments, if there are such, with which the layer would take the input."""
        return {}


def _mending(violation: Violation, mended: Mapping[str, Size]) -> SetArgument | None:
    """Return the change that mends a refused layer, if one argument of the call that built it does."""
    if len(mended) != 1 or violation.in_constructor:
        return None
    ((name, value),) = mended.items()
    return set_argument(violation.module, name, value, OUTPUTS if isinstance(value, bool) else WEIGHTS)


def refusal_claim(
    trace: ModelTrace,
    kind: RefusalKind,
    *,
    in_definition: bool = False,
    advice: str | Spelt = "",
    mended: Mapping[str, Size] = MappingProxyType({}),
) -> Iterator[Claim]:
    """Yield the claim that torch raises in this run, if the refusal is of that kind and happens on every path.

    It points at the call; `in_definition` points at the construction instead, for arguments that are wrong there.
    """
    violation = trace.violation
    if violation is None or violation.refusal.kind is not kind or not violation.certain:
        return
    module = violation.module
    advised = None if trace.remedy is None else trace.remedy.run
    evidence: Evidence = Raises(violation, trace.assumed, mended, advised=advised)
    if kind is RefusalKind.CHECK:
        evidence = NotRebuilt("that a check of the program's own fails shows only when the program runs: needs --run")
    origins = (*came_from(trace, violation), *input_origin(trace), *told_sizes(violation))
    if in_definition and module is not None and module.definition is not None:
        called = () if module.definition == violation.place else (Related(violation.place, "torch raises here"),)
        related = (*called, *origins)
        where, stack, layer = module.definition, module.definition_stack, module.path
    else:
        at_once = module is None or module.definition is None or _same_start(module.definition, violation.place)
        apart = () if at_once else built_for(module, violation)
        related = (*apart, *origins)
        where, stack, layer = violation.place, violation.stack, layer_path(module)
    yield Claim(message(violation), where, stack, layer, None, related, advice, evidence)


def _same_start(built: Place, called: Place) -> bool:
    """Whether a layer is built where it is called: `nn.BCELoss()(x, y)`."""
    return built.filename == called.filename and built.span[:2] == called.span[:2]


def nearest_text(trace: ModelTrace) -> str:
    """Say which input sizes next to the given one the model accepts; "" where that is not known."""
    return f"an input of {joined(trace.nearest, 'or')} fits" if trace.nearest else ""


def message(violation: Violation) -> str:
    """Return the refusal's text, after the layer's name where there is one."""
    module = violation.module
    subject = f"{full_name(module)}: " if module is not None and module.path else ""
    text = violation.refusal.text
    return subject + (text if violation.refusal.kind is RefusalKind.CHECK else as_operators(as_sizes(text)))
