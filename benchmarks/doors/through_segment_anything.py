"""Parts of segment_anything, small and as its registry builds them."""

from __future__ import annotations

from segment_anything import sam_model_registry
from segment_anything.modeling import ImageEncoderViT, transformer


def image_encoder(**options):
    return ImageEncoderViT(**options)


def encoder_of_sam(name):
    return sam_model_registry[name]().image_encoder


def two_ways(**options):
    return transformer.TwoWayTransformer(**options)
