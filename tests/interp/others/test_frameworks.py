"""Frameworks that train a model: what their loops call it with, by the loaders, data sets and arrays of the program."""

from __future__ import annotations

import pytest

import convlint
from convlint.findings import Severity

HEAD = """
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

net = nn.Sequential(nn.Linear({}, 8), nn.ReLU(), nn.Linear(8, 3))
loader = DataLoader(TensorDataset(torch.zeros(100, 20), torch.zeros(100, dtype=torch.long)), batch_size=16)
optimizer = torch.optim.Adam(net.parameters())


class Named(Dataset):
    def __len__(self):
        return 100

    def __getitem__(self, index):
        return {{"input": torch.zeros(20), "label": index % 3, "name": "one"}}


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = net

    def forward(self, input, labels=None):
        logits = self.net(input)
        if labels is None:
            return {{"logits": logits}}
        return {{"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}}
"""
PROGRAMS = {
    "accelerate": """
from accelerate import Accelerator

accelerator = Accelerator(mixed_precision="fp16", gradient_accumulation_steps=2)
net, optimizer, loader = accelerator.prepare(net, optimizer, loader)
for x, y in loader:
    with accelerator.accumulate(net):
        loss = nn.functional.cross_entropy(net(x), y)
        accelerator.backward(loss)
        if accelerator.sync_gradients:
            accelerator.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
if accelerator.is_main_process:
    accelerator.save(accelerator.unwrap_model(net).state_dict(), "net.pt")
""",
    "transformers": """
from transformers import Trainer, TrainingArguments

Trainer(model=Model(), args=TrainingArguments("out", num_train_epochs=1), train_dataset=Named()).train()
""",
    "transformers, a loss of one's own": """
from transformers import Trainer, TrainingArguments


class Own(Trainer):
    def compute_loss(self, model, inputs, return_outputs=False, **kwargs):
        labels = inputs.pop("labels")
        outputs = model(**inputs)
        loss = nn.functional.cross_entropy(outputs["logits"], labels)
        return (loss, outputs) if return_outputs else loss


args = TrainingArguments("out", per_device_eval_batch_size=32, eval_strategy="epoch")
Own(Model(), args, train_dataset=None, eval_dataset=Named()).evaluate()
""",
    "ignite": """
from ignite.engine import Engine, Events


def step(engine, batch):
    x, y = batch
    loss = nn.functional.cross_entropy(net(x), y)
    loss.backward()
    return loss.item()


trainer = Engine(step)
trainer.run(loader, max_epochs=3)
""",
    "ignite, an engine in a handler": """
from ignite.engine import Engine, Events, create_supervised_evaluator

evaluator = create_supervised_evaluator(net)
trainer = Engine(lambda engine, batch: 1)


@trainer.on(Events.EPOCH_COMPLETED(every=2) | Events.COMPLETED)
def evaluate():
    evaluator.run(loader)


trainer.run(loader, max_epochs=4)
""",
    "skorch": """
import numpy as np
from skorch import NeuralNetClassifier

X, y = np.random.rand(100, 20).astype(np.float32), np.random.randint(0, 3, 100)
NeuralNetClassifier(net, max_epochs=2, criterion=nn.CrossEntropyLoss, batch_size=10).fit(X, y)
""",
    "fastai": """
from fastai.basics import DataLoaders, Learner

Learner(DataLoaders(loader, loader), net, loss_func=nn.CrossEntropyLoss()).fit_one_cycle(2)
""",
    "Stable-Baselines3": """
import gymnasium as gym
from stable_baselines3 import PPO
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor

class Features(BaseFeaturesExtractor):
    def __init__(self, observation_space: gym.spaces.Box, features_dim: int = 8):
        super().__init__(observation_space, features_dim)
        self.net = nn.Sequential(nn.Flatten(), nn.Linear({} * observation_space.shape[0] // 10, self.features_dim))
    def forward(self, observations):
        return self.net(observations)

kinds = dict(features_extractor_class=Features, features_extractor_kwargs=dict(features_dim=16))
PPO("MlpPolicy", gym.wrappers.FrameStackObservation(gym.make("Ant-v5"), 10), policy_kwargs=dict()).learn(10)
PPO("MlpPolicy", "Taxi-v3", policy_kwargs=kinds).learn(10)
PPO("MlpPolicy", "Pendulum-v1", verbose=1).learn(10)
PPO("MlpPolicy", Custom(), policy_kwargs=kinds, verbose=1).learn(10)
""".replace(
        "class Features",
        "class Custom(gym.Env):\n    observation_space = gym.spaces.Box(0, 1, (10, 2))\n\nclass Features",
    ),
    "several devices": """
net = nn.DataParallel(net)
for x, y in loader:
    net.module(x)
""",
    "a layer exchanged in a wrapped model": """
net = nn.parallel.DistributedDataParallel(net)
assert isinstance(net, nn.parallel.DistributedDataParallel)
net.module[0] = nn.Linear({}, 8)
net(torch.zeros(2, 20))
""",
    "a layer on several devices": """
net = nn.parallel.DistributedDataParallel(nn.Linear({}, 8))
net.module(torch.zeros(2, 20))
""",
    "a compiled model": """
net = torch.compile(net, mode="max-autotune")
net._orig_mod(torch.zeros(2, 20))
""",
}


def errors(source: str) -> list[convlint.Finding]:
    findings = convlint.lint_source(source, "train.py").findings
    return [finding for finding in findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program(name: str) -> None:
    text = HEAD + PROGRAMS[name].replace("{", "{{").replace("}", "}}").replace("{{}}", "{0}")
    assert errors(text.replace("Linear({}", "Linear({0}").format(20)) == []
    found = errors(text.replace("Linear({}", "Linear({0}").format(24))
    assert [finding.code for finding in found] == ["CVL202"]


PICTURES = """
from fastai.vision.all import *

path = untar_data(URLs.PETS)
block = DataBlock(
    blocks=(ImageBlock({}), CategoryBlock), get_items=get_image_files, get_y=parent_label, item_tfms=Resize(64){}
)
net = nn.Sequential(nn.Conv2d({}, 8, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear({}, 37))
learn = Learner(block.dataloaders(path, bs=32), net, loss_func=CrossEntropyLossFlat(), metrics=accuracy)
learn.fit(3)
"""


@pytest.mark.parametrize(
    ("kind", "batch", "channels", "features", "codes"),
    [
        ("", "", 3, 8 * 32 * 32, []),
        ("", "", 3, 8 * 28 * 28, ["CVL202"]),
        ("cls=PILImageBW", "", 1, 8 * 32 * 32, []),
        ("PILImageBW", "", 3, 8 * 32 * 32, ["CVL201"]),
        ("", ", batch_tfms=aug_transforms(size=48)", 3, 8 * 24 * 24, []),
        ("", ", batch_tfms=[*aug_transforms(size=48), Normalize()]", 3, 8 * 32 * 32, ["CVL202"]),
        ("", ", batch_tfms=some_transforms", 3, 8 * 28 * 28, []),
    ],
)
def test_pictures_of_fastai(kind: str, batch: str, channels: int, features: int, codes: list[str]) -> None:
    """Without the word torch in it: fastai's star binds what is used."""
    assert [one.code for one in errors(PICTURES.format(kind, batch, channels, features))] == codes
