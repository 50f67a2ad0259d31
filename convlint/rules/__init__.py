"""What convlint claims: one module for each rule, in the order of their codes, and how rules are chosen.

`base` says what a rule is, `subjects` and `wording` what its messages speak of and how, `run` turns what the rules
claim into findings. To add a rule: write its module, and name its class in `RULES`.
"""

from __future__ import annotations

from collections.abc import Iterable

from convlint.errors import UsageError
from convlint.rules.activation_budget import ActivationBudget
from convlint.rules.base import Rule, is_selector
from convlint.rules.batch_folded import BatchFolded
from convlint.rules.channel_mismatch import ChannelMismatch
from convlint.rules.collapsed_output import CollapsedOutput
from convlint.rules.compute_budget import ComputeBudget
from convlint.rules.even_kernel_same import EvenKernelSame
from convlint.rules.features_mismatch import FeaturesMismatch
from convlint.rules.invalid_layer import InvalidLayer
from convlint.rules.invalid_reshape import InvalidReshape
from convlint.rules.kernel_mostly_padding import KernelMostlyPadding
from convlint.rules.layer_parameters import LayerParameters
from convlint.rules.model_parameters import ModelParameters
from convlint.rules.no_input_fits import NoInputFits
from convlint.rules.non_integral_output import NonIntegralOutput
from convlint.rules.padded_pooling import PaddedPooling
from convlint.rules.parameter_hog import ParameterHog
from convlint.rules.redundant_bias import RedundantBias
from convlint.rules.shape_mismatch import ShapeMismatch
from convlint.rules.shrinking_layer import ShrinkingLayer
from convlint.rules.stride_skips_input import StrideSkipsInput
from convlint.rules.unparsable_file import UnparsableFile
from convlint.rules.unused_layer import UnusedLayer
from convlint.rules.wrong_rank import WrongRank

RULES: tuple[Rule, ...] = (
    NonIntegralOutput(),
    ShrinkingLayer(),
    CollapsedOutput(),
    EvenKernelSame(),
    StrideSkipsInput(),
    PaddedPooling(),
    KernelMostlyPadding(),
    ChannelMismatch(),
    FeaturesMismatch(),
    ShapeMismatch(),
    InvalidReshape(),
    InvalidLayer(),
    WrongRank(),
    BatchFolded(),
    NoInputFits(),
    LayerParameters(),
    ModelParameters(),
    ActivationBudget(),
    ComputeBudget(),
    RedundantBias(),
    ParameterHog(),
    UnusedLayer(),
    UnparsableFile(),
)


def find(code_or_name: str) -> Rule | None:
    """Return the rule of that code or name, or None."""
    return next((rule for rule in RULES if code_or_name in (rule.code, rule.name)), None)


def chosen(select: Iterable[str], ignore: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules that run: those selected (all if nothing is), without those ignored.

    A selector is a code, the beginning of one ("CVL1") or "ALL"; the longer one wins, and `ignore` wins a tie.
    Raises UsageError for a selector that stands for no rule.
    """
    wanted, unwanted = tuple(select) or ("ALL",), tuple(ignore)
    for selector in (*wanted, *unwanted):
        if not is_selector(selector) or not any(_weight(rule, (selector,)) for rule in RULES):
            raise UsageError(
                f"unknown rule selector `{selector}`: give a code such as CVL101, a prefix such as CVL1, or ALL"
            )
    return tuple(rule for rule in RULES if _weight(rule, wanted) > _weight(rule, unwanted))


def _weight(rule: Rule, selectors: tuple[str, ...]) -> int:
    """Return how closely the closest selector names the rule: 0 for not at all."""
    return max((1 if s == "ALL" else len(s) for s in selectors if s == "ALL" or rule.code.startswith(s)), default=0)
