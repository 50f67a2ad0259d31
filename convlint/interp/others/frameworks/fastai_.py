"""fastai: its data blocks and loaders of pictures, its losses and its learner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.others.opened import harmless
from convlint.interp.others.pil import open_size
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

LEARNING = (
    "Learner DataLoaders DataLoader DataBlock CategoryBlock MultiCategoryBlock RegressionBlock CrossEntropyLossFlat "
    "BCEWithLogitsLossFlat MSELossFlat L1LossFlat Normalize"
)
PICTURES = (
    "ImageBlock MaskBlock PILImage PILImageBW PILMask Resize RandomResizedCrop RandomResizedCropGPU CropPad RandomCrop "
    "aug_transforms ImageDataLoaders SegmentationDataLoaders"
)
BOUND = "torch nn F optim np Path partial Tensor"
"""What else a star import of fastai's binds that programs count on."""
for _module in ("fastai.vision.all", "fastai.basics", "fastai.learner", "fastai.data.all", "fastai.losses"):
    written("fastai_.py", _module, f"{LEARNING} {BOUND}")
for _module in ("fastai.vision.all", "fastai.vision.data", "fastai.vision.augment", "fastai.vision.core"):
    written("fastai_.py", _module, PICTURES)
harmless("fastai._open", "fastai")


@native("fastai._open_size")
def _open_size(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return open_size("a size that a data set of fastai has")
