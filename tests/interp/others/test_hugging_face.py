"""Data sets and processors of pictures of Hugging Face: the sizes that the program, or a well-known name, says."""

from __future__ import annotations

import pytest

import convlint
from convlint.findings import Severity

HEAD = """
import torch
from PIL import Image
from datasets import load_dataset
from torch import nn
from torchvision.transforms import Compose, RandomResizedCrop, ToTensor
from transformers import AutoImageProcessor, Trainer, TrainingArguments, ViTImageProcessor

picture = Image.open("one.jpg")
"""
PROGRAMS = {
    "a well-known processor": (
        "inputs = AutoImageProcessor.from_pretrained('google/vit-base-patch16-224')(picture, return_tensors='pt')\n"
        "nn.Linear({}, 2)(inputs['pixel_values'].flatten(1))",
        3 * 224 * 224,
    ),
    "one that crops": (
        "processor = AutoImageProcessor.from_pretrained('openai/clip-vit-base-patch32')\n"
        "nn.Linear({}, 2)(processor(images=[picture] * 4, return_tensors='pt').pixel_values.flatten(1))",
        3 * 224 * 224,
    ),
    "a size that the program says": (
        "processor = ViTImageProcessor(size={'height': 96, 'width': 64})\nclass Net(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear({}, 2)\n"
        "    def forward(self, pixel_values):\n        return self.fc(pixel_values.flatten(1))\n"
        "Net()(**processor(images=picture, return_tensors='pt').to('cpu'))",
        3 * 96 * 64,
    ),
    "a data set with a transform": (
        "data = load_dataset('cifar10', split='train[:5000]').shuffle(seed=1)\n"
        "size = ViTImageProcessor().size['height']\ntf = Compose([RandomResizedCrop(size // 7), ToTensor()])\n"
        "def change(batch):\n    batch['pixels'] = [tf(one.convert('RGB')) for one in batch['img']]\n"
        "    del batch['img']\n    return batch\ndata = data.with_transform(change)\n"
        "net = nn.Linear({}, len(load_dataset('cifar10')['train'].features['label'].names))\n"
        "for batch in torch.utils.data.DataLoader(data, batch_size=16):\n"
        "    nn.functional.cross_entropy(net(batch['pixels'].flatten(1)), batch['label'])",
        3 * 32 * 32,
    ),
    "a transform of a shuffled copy": (
        "data = load_dataset('cifar10', split='train')\nother = data.shuffle(seed=1)\n"
        "other.set_transform(lambda batch: {'img': [one.resize((8, 8)) for one in batch['img']]})\n"
        "nn.Linear({}, 2)(ToTensor()(data[0]['img']).flatten())",
        3 * 32 * 32,
    ),
    "parts of a data set": (
        "parts = load_dataset('mnist')\nassert len(parts['test']) == 10000\n"
        "nn.Linear({}, 2)(ToTensor()(parts['train'].select(range(7))[3]['image']).flatten(1))",
        28 * 28,
    ),
}
OPEN = [
    "x = AutoImageProcessor.from_pretrained('somebody/something-224')(picture, return_tensors='pt')['pixel_values']",
    "x = AutoImageProcessor.from_pretrained('facebook/dinov2-base')(picture)['pixel_values']",
    "x = ToTensor()(load_dataset('somebody/pictures', split='train')[0]['image'])",
    "x = ToTensor()(load_dataset('cifar10', split='train').map(print)[0]['img'])",
]


def errors(source: str) -> list[str]:
    return [it.code for it in convlint.lint_source(HEAD + source).findings if it.severity is Severity.ERROR]


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name: str) -> None:
    text, features = PROGRAMS[name]
    assert errors(text.replace("({},", f"({features},")) == []
    assert errors(text.replace("({},", f"({features + 1},")) == ["CVL202"]


@pytest.mark.parametrize("text", OPEN)
def test_what_is_not_known_stays_so(text: str) -> None:
    assert errors(f"{text}\nnn.Linear(17, 2)(x.flatten(1))") == []
