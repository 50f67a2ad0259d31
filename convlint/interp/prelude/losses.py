# mypy: ignore-errors
"""torch's `TripletMarginWithDistanceLoss` as convlint interprets it: its distance is a child that is called.

This file is read as text and interpreted; convlint never imports it.
"""

import torch
import torch.nn as nn


class TripletMarginWithDistanceLoss(nn.Module):
    def __init__(self, *, distance_function=None, margin=1.0, swap=False, reduction="mean"):
        super().__init__()
        self.reduction = reduction
        if margin <= 0:
            raise ValueError(f"TripletMarginWithDistanceLoss: expected margin to be greater than 0, got {margin}")
        self.distance_function = distance_function if distance_function is not None else nn.PairwiseDistance()
        self.margin = margin
        self.swap = swap

    def forward(self, anchor, positive, negative):
        if self.reduction not in ("mean", "sum", "none"):
            raise ValueError(f"{self.reduction} is not a valid value for reduction")
        if not anchor.ndim == positive.ndim == negative.ndim:
            raise RuntimeError("The anchor, positive, and negative tensors are expected to have the same rank")
        near = self.distance_function(anchor, positive)
        far = self.distance_function(anchor, negative)
        if self.swap:
            far = torch.minimum(far, self.distance_function(positive, negative))
        loss = torch.clamp_min(self.margin + near - far, 0)
        if self.reduction == "sum":
            return torch.sum(loss)
        if self.reduction == "mean":
            return torch.mean(loss)
        return loss
