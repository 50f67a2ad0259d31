# mypy: ignore-errors
"""Albumentations as convlint interprets it: what transforms make of the sizes of pictures and masks.

This file is read as text and interpreted; convlint never imports it.
"""

from argparse import _here

import numpy as np
import torch
from albumentations import _is_open, _made, _open, _open_size, _told


class _Transform:
    """A transform that keeps sizes. `p` is how often it is applied."""

    _certain = False

    def __init__(self, *args, p=None, **options):
        self.p = p
        self._place = _here()

    def _is_certain(self):
        return self._certain if self.p is None else self.p == 1 or self.p is True

    def __call__(self, **data):
        return self._all(data)

    def _all(self, data):
        return {name: self._one(name, data[name]) for name in data}

    def _one(self, name, value):
        if not isinstance(value, np.ndarray) or _is_open(value):
            return value
        return self._picture(name, value)

    def _picture(self, name, value):
        return value


class _Sizing(_Transform):
    """A transform that makes pictures of one height and width."""

    _certain = True

    def __init__(self, height=None, width=None, *args, size=None, p=None, **options):
        super().__init__(p=p)
        if size is not None:
            height, width = size
        elif isinstance(height, (tuple, list)):
            height, width = height
        self.height, self.width = height, width

    def _picture(self, name, value):
        if not self._is_certain():
            return _made((_open_size(), _open_size(), *value.shape[2:]), value.dtype)
        made = _made((self.height, self.width, *value.shape[2:]), value.dtype)
        return _told(made, f"`{type(self).__name__}` makes it {self.height}×{self.width}", self._place)


class Resize(_Sizing):
    pass


class RandomCrop(_Sizing):
    pass


class CenterCrop(_Sizing):
    pass


class RandomResizedCrop(_Sizing):
    pass


class RandomSizedCrop(_Sizing):
    def __init__(self, min_max_height, height=None, width=None, *args, **options):
        super().__init__(height, width, *args, **options)


class CropNonEmptyMaskIfExists(_Sizing):
    pass


class _OtherSize(_Transform):
    """A transform whose sizes the picture tells too."""

    def _picture(self, name, value):
        return _made((_open_size(), _open_size(), *value.shape[2:]), value.dtype)


class SmallestMaxSize(_OtherSize):
    pass


class LongestMaxSize(_OtherSize):
    pass


class PadIfNeeded(_OtherSize):
    pass


class Crop(_OtherSize):
    pass


class RandomScale(_OtherSize):
    pass


class CropAndPad(_OtherSize):
    pass


class _Turning(_Transform):
    """A transform that may change height and width with each other."""

    def _picture(self, name, value):
        height, width = value.shape[:2]
        if isinstance(height, int) and isinstance(width, int) and height == width:
            return value
        return _made((_open_size(), _open_size(), *value.shape[2:]), value.dtype)


class RandomRotate90(_Turning):
    pass


class Transpose(_Turning):
    pass


class D4(_Turning):
    pass


class Normalize(_Transform):
    _certain = True

    def _picture(self, name, value):
        return _made(value.shape, "float32") if name.startswith("image") else value


class ToFloat(Normalize):
    pass


class ToTensorV2(_Transform):
    def __init__(self, transpose_mask=False, p=None, **options):
        super().__init__(p=p)
        self.transpose_mask = transpose_mask

    def _picture(self, name, value):
        if value.ndim == 2:
            return torch.from_numpy(value).unsqueeze(0) if name.startswith("image") else torch.from_numpy(value)
        if name.startswith("image") or (self.transpose_mask and value.ndim == 3):
            return torch.from_numpy(value.transpose(2, 0, 1))
        return torch.from_numpy(value)


ToTensor = ToTensorV2


class Lambda(_Transform):
    def _all(self, data):
        return {name: _open("what a function makes of a picture") for name in data}


class Compose(_Transform):
    def __init__(self, transforms, *args, p=1.0, **options):
        super().__init__(p=p)
        self.transforms = transforms

    def _all(self, data):
        for transform in self.transforms:
            data = transform(**data) if isinstance(transform, _Transform) else _unsure(data)
        return data


Sequential = Compose


class OneOf(_Transform):
    def __init__(self, transforms, *args, **options):
        super().__init__()
        self.transforms = transforms

    def _all(self, data):
        """What all of them keep is kept."""
        keeps = all(isinstance(transform, _Transform) and _keeps(transform) for transform in self.transforms)
        return data if keeps else _unsure(data)


SomeOf = OneOf


def _keeps(transform):
    return not isinstance(transform, (_Sizing, _OtherSize, _Turning, Normalize, ToTensorV2, Lambda, Compose))


def _unsure(data):
    return {name: _open("a picture after a transform that is not known") for name in data}


HorizontalFlip = VerticalFlip = Flip = Rotate = SafeRotate = ShiftScaleRotate = _Transform
Affine = Perspective = ElasticTransform = GridDistortion = OpticalDistortion = Blur = _Transform
GaussianBlur = MotionBlur = MedianBlur = AdvancedBlur = Defocus = ZoomBlur = _Transform
GlassBlur = GaussNoise = ISONoise = MultiplicativeNoise = RandomBrightnessContrast = RandomBrightness = _Transform
RandomContrast = HueSaturationValue = ColorJitter = RGBShift = CLAHE = ToGray = _Transform
ToSepia = RandomGamma = RandomToneCurve = ChannelShuffle = ChannelDropout = CoarseDropout = _Transform
Cutout = GridDropout = MaskDropout = PixelDropout = ImageCompression = JpegCompression = _Transform
Sharpen = Emboss = Posterize = Equalize = InvertImg = Solarize = _Transform
Superpixels = RandomFog = RandomRain = RandomSnow = RandomShadow = RandomSunFlare = _Transform
Downscale = FancyPCA = UnsharpMask = PlanckianJitter = NoOp = RandomGridShuffle = _Transform
Morphological = _Transform
