# mypy: ignore-errors
"""The classes of `torchvision.transforms`, of both versions, as convlint interprets them: by their functional forms.

This file is read as text and interpreted; convlint never imports it.
"""

from argparse import _here

import torchvision.transforms.functional as F
from torch import nn
from torchvision.transforms import _applied, _either, _fits, _one_of, _pair, _told
from torchvision.transforms.v2 import functional as F2


class Transform(nn.Module):
    """Transforms are modules, but calling one is not running a model."""

    def __init__(self, *args, **kwargs):
        super().__init__()
        self._place = _here()

    def __call__(self, *inputs):
        return _applied(self.forward, inputs)

    def forward(self, img):
        return self.transform(img, {})

    def transform(self, inpt, params):
        return self._transform(inpt, params)

    def _transform(self, inpt, params):
        return inpt

    def make_params(self, flat_inputs):
        return {}


class Same(Transform):
    """A transform that changes values only."""

    def forward(self, img):
        return F.hflip(img)


class Compose(Transform):
    def __init__(self, transforms):
        super().__init__()
        self.transforms = transforms

    def __call__(self, *inputs):
        for transform in self.transforms:
            result = transform(*inputs)
            inputs = result if len(inputs) > 1 else (result,)
        return inputs if len(inputs) > 1 else inputs[0]

    def forward(self, *inputs):
        return self(*inputs)


class ToTensor(Transform):
    def forward(self, pic):
        return F.to_tensor(pic)


class PILToTensor(Transform):
    def forward(self, pic):
        return F.pil_to_tensor(pic)


class ToImage(Transform):
    def forward(self, inpt):
        return F2.to_image(inpt)


class ToPILImage(Transform):
    def __init__(self, mode=None):
        super().__init__()
        self.mode = mode

    def forward(self, pic):
        return F.to_pil_image(pic, self.mode)


class ToDtype(Transform):
    def __init__(self, dtype, scale=False):
        super().__init__()
        self.dtype = dtype

    def forward(self, inpt):
        return F2.to_dtype(inpt, self.dtype)


class ConvertImageDtype(Transform):
    def __init__(self, dtype=None):
        super().__init__()
        self.dtype = dtype

    def forward(self, image):
        return F.convert_image_dtype(image, "float32" if self.dtype is None else self.dtype)


class ToPureTensor(Transform):
    pass


class Identity(Transform):
    pass


class Normalize(Transform):
    def __init__(self, mean, std, inplace=False):
        super().__init__()
        self.mean = mean
        self.std = std

    def forward(self, tensor):
        return F.normalize(tensor, self.mean, self.std)


class Resize(Transform):
    def __init__(self, size, interpolation=None, max_size=None, antialias=True):
        super().__init__()
        self.size = size
        self.max_size = max_size

    def forward(self, img):
        return _told(F.resize(img, self.size, max_size=self.max_size), self._place, "Resize", self.size)


class CenterCrop(Transform):
    def __init__(self, size):
        super().__init__()
        self.size = _pair(size)

    def forward(self, img):
        return _told(F.center_crop(img, self.size), self._place, "CenterCrop", self.size)


class RandomCrop(Transform):
    def __init__(self, size, padding=None, pad_if_needed=False, fill=0, padding_mode="constant"):
        super().__init__()
        self.size = _pair(size)
        self.padding = padding
        self.pad_if_needed = pad_if_needed

    def forward(self, img):
        _fits(img, self.size, self.padding, self.pad_if_needed)
        return _told(F.center_crop(img, self.size), self._place, "RandomCrop", self.size)


class RandomResizedCrop(Transform):
    def __init__(self, size, scale=(0.08, 1.0), ratio=(3 / 4, 4 / 3), interpolation=None, antialias=True):
        super().__init__()
        self.size = _pair(size)

    def forward(self, img):
        return _told(F.resize(img, self.size), self._place, "RandomResizedCrop", self.size)


class Pad(Transform):
    def __init__(self, padding, fill=0, padding_mode="constant"):
        super().__init__()
        self.padding = padding

    def forward(self, img):
        return _told(F.pad(img, self.padding), self._place, "Pad", self.padding)


class FiveCrop(Transform):
    def __init__(self, size):
        super().__init__()
        self.size = _pair(size)

    def forward(self, img):
        return tuple(_told(crop, self._place, "FiveCrop", self.size) for crop in F.five_crop(img, self.size))


class TenCrop(Transform):
    def __init__(self, size, vertical_flip=False):
        super().__init__()
        self.size = _pair(size)

    def forward(self, img):
        return tuple(_told(crop, self._place, "TenCrop", self.size) for crop in F.ten_crop(img, self.size))


class Grayscale(Transform):
    def __init__(self, num_output_channels=1):
        super().__init__()
        self.num_output_channels = num_output_channels

    def forward(self, img):
        return F.to_grayscale(img, self.num_output_channels)


class RGB(Transform):
    def forward(self, img):
        return F.to_grayscale(img, 3)


class Lambda(Transform):
    def __init__(self, lambd, *types):
        super().__init__()
        self.lambd = lambd

    def __call__(self, *inputs):
        return self.lambd(*inputs)


class RandomApply(Transform):
    def __init__(self, transforms, p=0.5):
        super().__init__()
        self.transforms = transforms
        self.p = p

    def forward(self, img):
        changed = img
        for transform in self.transforms:
            changed = transform(changed)
        return _either(img, changed)


class RandomOrder(Transform):
    def __init__(self, transforms):
        super().__init__()
        self.transforms = transforms

    def forward(self, img):
        for transform in self.transforms:
            img = transform(img)
        return img


class RandomChoice(Transform):
    def __init__(self, transforms, p=None):
        super().__init__()
        self.transforms = transforms

    def forward(self, img):
        return _one_of([transform(img) for transform in self.transforms])


class RandomRotation(Transform):
    def __init__(self, degrees, interpolation=None, expand=False, center=None, fill=0):
        super().__init__()
        self.expand = expand

    def forward(self, img):
        return F.rotate(img, 0, expand=self.expand)


class GaussianBlur(Same):
    def __init__(self, kernel_size, sigma=(0.1, 2.0)):
        super().__init__()
        for size in [kernel_size] if isinstance(kernel_size, int) else list(kernel_size):
            if size <= 0 or size % 2 == 0:
                raise ValueError("Kernel size value should be an odd and positive number.")


class RandomHorizontalFlip(Same):
    pass


class RandomVerticalFlip(Same):
    pass


class RandomAffine(Same):
    pass


class RandomPerspective(Same):
    pass


class RandomErasing(Same):
    pass


class RandomGrayscale(Same):
    pass


class RandomInvert(Same):
    pass


class RandomPosterize(Same):
    pass


class RandomSolarize(Same):
    pass


class RandomAdjustSharpness(Same):
    pass


class RandomAutocontrast(Same):
    pass


class RandomEqualize(Same):
    pass


class ColorJitter(Same):
    pass


class ElasticTransform(Same):
    pass


class LinearTransformation(Same):
    pass


class AutoAugment(Same):
    pass


class RandAugment(Same):
    pass


class TrivialAugmentWide(Same):
    pass


class AugMix(Same):
    pass


class GaussianNoise(Same):
    pass


class JPEG(Same):
    pass


class RandomChannelPermutation(Same):
    pass


class RandomPhotometricDistort(Same):
    pass


class _OfAnySize(Transform):
    def forward(self, img):
        return F.rotate(img, 0, expand=True)


class RandomZoomOut(_OfAnySize):
    pass


class RandomIoUCrop(_OfAnySize):
    pass


class ScaleJitter(_OfAnySize):
    pass


class RandomShortestSize(_OfAnySize):
    pass


class RandomResize(_OfAnySize):
    pass
