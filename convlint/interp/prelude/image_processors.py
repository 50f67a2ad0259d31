# mypy: ignore-errors
"""Processors of pictures of transformers as convlint interprets them: the sizes of what they make.

This file is read as text and interpreted; convlint never imports it.
"""

import torch
from transformers.image_processors import _known, _open, _sides


class BatchFeature(dict):
    def __getattr__(self, name):
        if name.startswith("__") or name not in self:
            raise AttributeError(name)
        return self[name]

    def to(self, *args, **kwargs):
        return self


class _Processor:
    """One that makes pictures of one height and width of `size` or, where it crops, of `crop_size`."""

    def __init__(self, **options):
        self.do_resize = self.do_center_crop = None
        self.image_mean = self.image_std = [0.5, 0.5, 0.5]
        self._fitted(options)

    def _fitted(self, options):
        for name in options:
            value = options[name]
            setattr(self, name, _as_dict(value) if name in ("size", "crop_size") else value)

    @classmethod
    def from_pretrained(cls, name, **options):
        known = _known(name)
        if known is None and "size" not in options:
            return _open("a processor that is not known")
        return cls(**{**(known or {}), **options})

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)

    def preprocess(self, images=None, return_tensors=None, **options):
        return self(images, return_tensors=return_tensors, **options)

    def save_pretrained(self, *args, **options):
        return None

    def __call__(self, images=None, return_tensors=None, **options):
        if options or return_tensors != "pt" or images is None:
            return _open("pictures that are processed in another way")
        height, width = _sides(self.do_resize, self.do_center_crop, self._of("size"), self._of("crop_size"))
        count = 1
        if isinstance(images, (list, tuple)):
            count = len(images)
        elif getattr(images, "ndim", 3) == 4:
            count = images.shape[0]
        return BatchFeature({"pixel_values": torch.zeros(count, 3, height, width)})

    def _of(self, name):
        return self.__dict__.get(name)


def _as_dict(size):
    if isinstance(size, int):
        return {"height": size, "width": size}
    return {"height": size[0], "width": size[1]} if isinstance(size, (tuple, list)) else size


class ViTImageProcessor(_Processor):
    def __init__(self, **options):
        super().__init__(**{"size": {"height": 224, "width": 224}, "do_resize": True, **options})


class AutoImageProcessor(_Processor):
    pass


ViTFeatureExtractor = ViTImageProcessorFast = ViTImageProcessor
AutoFeatureExtractor = AutoImageProcessor
