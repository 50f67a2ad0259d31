# mypy: ignore-errors
"""torch's `AdaptiveLogSoftmaxWithLoss` as convlint interprets it: the same arguments, children and calls.

This file is read as text and interpreted; convlint never imports it.
"""

from collections import namedtuple

import torch
import torch.nn as nn
import torch.nn.functional as F

_ASMoutput = namedtuple("_ASMoutput", ["output", "loss"])


class AdaptiveLogSoftmaxWithLoss(nn.Module):
    def __init__(self, in_features, n_classes, cutoffs, div_value=4.0, head_bias=False, device=None, dtype=None):
        super().__init__()
        place = {"device": device, "dtype": dtype}
        cutoffs = list(cutoffs)
        if len(cutoffs) == 0:
            raise ValueError("cutoffs should be a sequence of length larger than 0")
        rising = cutoffs == sorted(set(cutoffs)) and min(cutoffs) > 0 and max(cutoffs) < n_classes
        if not rising or any(int(cutoff) != cutoff for cutoff in cutoffs):
            raise ValueError("cutoffs should be unique, positive integers in increasing order below n_classes")
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = [*cutoffs, n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = self.cutoffs[0]
        self.n_clusters = len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = nn.Linear(in_features, self.head_size, bias=head_bias, **place)
        self.tail = nn.ModuleList()
        for index in range(self.n_clusters):
            hidden = int(in_features // (div_value ** (index + 1)))
            classes = self.cutoffs[index + 1] - self.cutoffs[index]
            projection = nn.Sequential(
                nn.Linear(in_features, hidden, bias=False, **place), nn.Linear(hidden, classes, bias=False, **place)
            )
            self.tail.append(projection)

    def forward(self, input_, target_):
        batched = target_.dim() == 1
        if target_.dim() > 1 or input_.dim() != target_.dim() + 1:
            raise RuntimeError("1D target takes 2D input, 0D target 1D input")
        if batched and input_.size(0) != target_.size(0):
            raise RuntimeError("Input and target should have the same size in the batch dimension.")
        source = input_ if batched else input_.unsqueeze(0)
        target = target_ if batched else target_.unsqueeze(0)
        chosen = torch.where(target < self.shortlist_size, target, self.shortlist_size)
        in_cluster = torch.zeros_like(target, dtype=source.dtype)
        for index in range(self.n_clusters):
            low, high = self.cutoffs[index], self.cutoffs[index + 1]
            rows = ((target >= low) & (target < high)).nonzero().squeeze(1)
            # which clusters are run depends on the classes that the target names
            if rows.numel() == 0:
                continue
            within = F.log_softmax(self.tail[index](source.index_select(0, rows)), dim=1)
            picked = within.gather(1, (target[rows] - low).unsqueeze(1)).squeeze(1)
            in_cluster = in_cluster.index_copy(0, rows, picked)
            chosen = chosen.index_fill(0, rows, self.shortlist_size + index)
        head = F.log_softmax(self.head(source), dim=1)
        output = in_cluster + head.gather(1, chosen.unsqueeze(1)).squeeze(1)
        loss = (-output).mean()
        return _ASMoutput(output if batched else output.squeeze(0), loss)

    def log_prob(self, input):
        head_output = self.head(input)
        head = F.log_softmax(head_output, dim=1)
        parts = [head[:, : self.shortlist_size]]
        for index in range(self.n_clusters):
            within = F.log_softmax(self.tail[index](input), dim=1)
            parts.append(within + head[:, self.shortlist_size + index].unsqueeze(1))
        return torch.cat(parts, dim=1)
