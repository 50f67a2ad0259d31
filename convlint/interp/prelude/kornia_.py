# mypy: ignore-errors
"""Augmentations of Kornia as convlint interprets them: what they make of the sizes of pictures.

This file is read as text and interpreted; convlint never imports it.
"""

from argparse import _here

import torch
from kornia.augmentation import _by_side, _channels, _open, _sized
from torch import nn


class _Augmentation(nn.Module):
    """One that keeps sizes; pictures without a batch become one."""

    def __init__(self, *args, p=None, keepdim=False, **options):
        super().__init__()
        self.p, self.keepdim, self._place = p, keepdim, _here()

    def forward(self, input, *args, **kwargs):
        if not isinstance(input, torch.Tensor):
            return _open("a picture that is no tensor")
        rank = input.dim()
        batch = input[None, None] if rank == 2 else input[None] if rank == 3 else input
        made = self._made(batch)
        return (
            made[0]
            if self.keepdim is True and rank == 3
            else made[0, 0]
            if self.keepdim is True and rank == 2
            else made
        )

    def _made(self, batch):
        return _sized(batch, batch.shape[-2], batch.shape[-1])

    def _told(self, batch, height, width):
        return _sized(batch, height, width, type(self).__name__, self._place)


class _Sizing(_Augmentation):
    """One that makes pictures of one height and width, unless it is left to chance."""

    def __init__(self, size, *args, p=1.0, keepdim=False, **options):
        super().__init__(p=p, keepdim=keepdim)
        self.size = size

    def _made(self, batch):
        if self.p != 1:
            return _sized(batch, None, None)
        height, width = self._sizes(batch.shape[-2], batch.shape[-1])
        return self._told(batch, height, width)

    def _sizes(self, height, width):
        return self.size if isinstance(self.size, (tuple, list)) else (self.size, self.size)


class CenterCrop(_Sizing):
    pass


class RandomCrop(_Sizing):
    pass


class RandomResizedCrop(_Sizing):
    pass


class PadTo(_Sizing):
    pass


class Resize(_Sizing):
    def __init__(self, size, side="short", *args, **options):
        super().__init__(size, *args, **options)
        self.side = side

    def _sizes(self, height, width):
        return self.size if isinstance(self.size, (tuple, list)) else _by_side(self.size, self.side, height, width)


class LongestMaxSize(_Sizing):
    def _sizes(self, height, width):
        return _by_side(self.size, "long", height, width)


class SmallestMaxSize(_Sizing):
    def _sizes(self, height, width):
        return _by_side(self.size, "short", height, width)


class RandomRotation90(_Augmentation):
    def _made(self, batch):
        height, width = batch.shape[-2:]
        return super()._made(batch) if height is width or height == width else _sized(batch, None, None)


class Normalize(_Augmentation):
    def __init__(self, mean, std, p=1.0, keepdim=False):
        super().__init__(p=p, keepdim=keepdim)
        self.mean, self.std = mean, std

    def _made(self, batch):
        _channels(type(self).__name__, batch, self.mean, self.std)
        return super()._made(batch)


class Denormalize(Normalize):
    pass


class ImageSequential(nn.Sequential):
    def __init__(self, *args, random_apply=False, keepdim=None, **options):
        super().__init__(*args)
        self._sure = random_apply is False

    def forward(self, input, *args, **kwargs):
        if not self._sure:
            return _open("a picture after augmentations of which chance chooses some")
        for one in self:
            input = one(input)
        return input


class AugmentationSequential(ImageSequential):
    """Augmentations of pictures and of what belongs to them, in the order of `data_keys`."""

    def __init__(self, *args, data_keys=("input",), random_apply=False, keepdim=None, **options):
        super().__init__(*args, random_apply=random_apply)
        self.data_keys = data_keys

    def forward(self, *args, params=None, data_keys=None, **kwargs):
        keys = self.data_keys if data_keys is None else data_keys
        if len(args) == 1 and isinstance(args[0], dict):
            return {name: self._kind(name, args[0][name]) for name in args[0]}
        if keys is None or len(keys) != len(args):
            return _open("what several things become")
        made = [self._kind(key, value) for key, value in zip(keys, args, strict=False)]
        return made[0] if len(made) == 1 else made

    def _kind(self, key, value):
        name = key.lower() if isinstance(key, str) else ""
        if name.startswith(("input", "image")):
            return super().forward(value)
        if not name.startswith("mask") or not self._sure:
            return _open("what belongs to a picture that is augmented")
        for one in self:
            value = value if isinstance(one, Normalize) else one(value)
        return value


RandomHorizontalFlip = RandomVerticalFlip = ColorJitter = ColorJiggle = RandomGrayscale = RandomAffine = _Augmentation
RandomPerspective = RandomRotation = RandomErasing = RandomGaussianBlur = RandomGaussianNoise = _Augmentation
RandomMotionBlur = RandomSolarize = RandomPosterize = RandomSharpness = RandomEqualize = RandomInvert = _Augmentation
RandomBrightness = RandomContrast = RandomGamma = RandomHue = RandomSaturation = RandomAutoContrast = _Augmentation
RandomElasticTransform = RandomThinPlateSpline = RandomFisheye = RandomChannelShuffle = RandomClahe = _Augmentation
RandomPlanckianJitter = RandomBoxBlur = RandomMedianBlur = RandomShear = RandomTranslate = RandomRGBShift = (
    _Augmentation
)
RandomSaltAndPepperNoise = RandomRain = RandomSnow = RandomChannelDropout = RandomDissolving = RandomJPEG = (
    _Augmentation
)
RandomPlasmaBrightness = RandomPlasmaContrast = RandomPlasmaShadow = _Augmentation
