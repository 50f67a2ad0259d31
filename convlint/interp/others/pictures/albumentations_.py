"""Albumentations: its transforms by the sizes that they make, and what its Python in the prelude asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.others import opened
from convlint.interp.others.pictures import arrays
from convlint.interp.others.pil import open_size
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

SIZING = (
    "Resize RandomCrop CenterCrop RandomResizedCrop RandomSizedCrop CropNonEmptyMaskIfExists SmallestMaxSize "
    "LongestMaxSize PadIfNeeded Crop RandomScale CropAndPad RandomRotate90 Transpose D4 Normalize ToFloat Lambda "
    "Compose Sequential OneOf SomeOf"
)
KEEPING = (
    "HorizontalFlip VerticalFlip Flip Rotate SafeRotate ShiftScaleRotate Affine Perspective ElasticTransform "
    "GridDistortion OpticalDistortion Blur GaussianBlur MotionBlur MedianBlur AdvancedBlur Defocus ZoomBlur "
    "GlassBlur GaussNoise ISONoise MultiplicativeNoise RandomBrightnessContrast RandomBrightness "
    "RandomContrast HueSaturationValue ColorJitter RGBShift CLAHE ToGray ToSepia RandomGamma RandomToneCurve "
    "ChannelShuffle ChannelDropout CoarseDropout Cutout GridDropout MaskDropout PixelDropout ImageCompression "
    "JpegCompression Sharpen Emboss Posterize Equalize InvertImg Solarize Superpixels RandomFog RandomRain "
    "RandomSnow RandomShadow RandomSunFlare Downscale FancyPCA UnsharpMask PlanckianJitter NoOp "
    "RandomGridShuffle Morphological"
)
"""The transforms that keep the sizes of a picture."""
written("albumentations_.py", "albumentations", f"{SIZING} ToTensorV2 {KEEPING}")
written("albumentations_.py", "albumentations.pytorch", "ToTensorV2 ToTensor")
written("albumentations_.py", "albumentations.pytorch.transforms", "ToTensorV2 ToTensor")
native("albumentations._made")(arrays.made)
native("albumentations._told")(arrays.told)
native("albumentations._is_open")(opened.is_open)


native("albumentations._open")(opened.unknown)


@native("albumentations._open_size")
def _open_size(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return open_size("a size of a picture")
