"""Stable-Baselines3: its extractors of features, and the algorithms that run them."""

from __future__ import annotations

from convlint.interp.natives.registry import written
from convlint.interp.others.opened import harmless

written("stable_baselines.py", "stable_baselines3", "PPO A2C DQN SAC TD3 DDPG")
for _module in ("stable_baselines3.common.torch_layers", "stable_baselines3.common.policies"):
    written("stable_baselines.py", _module, "BaseFeaturesExtractor")
written("stable_baselines.py", "stable_baselines3.common.base_class", "BaseAlgorithm")
harmless("stable_baselines3._open", "Stable-Baselines3")
