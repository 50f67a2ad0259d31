"""What convlint claims: one module for each rule, in a folder for each family, and how rules are chosen.

`base` says what a rule is, `subjects` and `wording` what its messages speak of and how, `run` turns what the rules
claim into findings, `selection` says which rules run and how much they weigh. To add a rule: write its module, and name
its class in `RULES`.
"""

from __future__ import annotations

from convlint.rules.base import Rule
from convlint.rules.costs.activation_budget import ActivationBudget
from convlint.rules.costs.compute_budget import ComputeBudget
from convlint.rules.costs.layer_parameters import LayerParameters
from convlint.rules.costs.memory_budget import MemoryBudget
from convlint.rules.costs.model_parameters import ModelParameters
from convlint.rules.costs.parameter_hog import ParameterHog
from convlint.rules.costs.redundant_bias import RedundantBias
from convlint.rules.mismatches.batch_folded import BatchFolded
from convlint.rules.mismatches.channel_mismatch import ChannelMismatch
from convlint.rules.mismatches.failed_check import FailedCheck
from convlint.rules.mismatches.features_mismatch import FeaturesMismatch
from convlint.rules.mismatches.invalid_layer import InvalidLayer
from convlint.rules.mismatches.invalid_reshape import InvalidReshape
from convlint.rules.mismatches.no_input_fits import NoInputFits
from convlint.rules.mismatches.no_square_input import NoSquareInput
from convlint.rules.mismatches.shape_mismatch import ShapeMismatch
from convlint.rules.mismatches.wrong_rank import WrongRank
from convlint.rules.silent.activation_loss_mismatch import ActivationLossMismatch
from convlint.rules.silent.attribute_without_effect import AttributeWithoutEffect
from convlint.rules.silent.axes_not_moved import AxesNotMoved
from convlint.rules.silent.batch_as_sequence import BatchAsSequence
from convlint.rules.silent.broadcast_loss import BroadcastLoss
from convlint.rules.silent.mode_left_on import ModeLeftOn
from convlint.rules.silent.ragged_batch import RaggedBatch
from convlint.rules.silent.softmax_over_batch import SoftmaxOverBatch
from convlint.rules.structure.unparsable_file import UnparsableFile
from convlint.rules.structure.unused_layer import UnusedLayer
from convlint.rules.structure.unused_suppression import UnusedSuppression
from convlint.rules.windows.collapsed_output import CollapsedOutput
from convlint.rules.windows.even_kernel_same import EvenKernelSame
from convlint.rules.windows.kernel_mostly_padding import KernelMostlyPadding
from convlint.rules.windows.non_integral_output import NonIntegralOutput
from convlint.rules.windows.padded_pooling import PaddedPooling
from convlint.rules.windows.shrinking_layer import ShrinkingLayer
from convlint.rules.windows.stride_skips_input import StrideSkipsInput

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
    FailedCheck(),
    NoSquareInput(),
    LayerParameters(),
    ModelParameters(),
    ActivationBudget(),
    ComputeBudget(),
    RedundantBias(),
    ParameterHog(),
    MemoryBudget(),
    UnusedLayer(),
    BroadcastLoss(),
    AxesNotMoved(),
    BatchAsSequence(),
    SoftmaxOverBatch(),
    AttributeWithoutEffect(),
    ActivationLossMismatch(),
    RaggedBatch(),
    ModeLeftOn(),
    UnparsableFile(),
    UnusedSuppression(),
)


def find(code_or_name: str) -> Rule | None:
    """Return the rule of that code or name, in whatever case, or None."""
    wanted = code_or_name.lower()
    return next((rule for rule in RULES if wanted in (rule.code.lower(), rule.name)), None)
