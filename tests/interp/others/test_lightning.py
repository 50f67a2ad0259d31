"""Lightning's loops run the steps of a module on the batches of its loaders."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from convlint.interp.values.signals import PyRaise
from tests.interp.running import interpret

HEAD = """
import torch
import pytorch_lightning as pl
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

def loader(features, count=8):
    return DataLoader(TensorDataset(torch.zeros(count, features), torch.zeros(count, 3)), batch_size=4)

class Net(pl.LightningModule):
    def __init__(self, features=10, width=5):
        super().__init__()
        self.save_hyperparameters()
        self.fc = nn.Linear(features, self.hparams.width)
        self.seen = []
    def forward(self, x):
        return self.fc(x)
    def training_step(self, batch, index):
        x, y = batch
        self.seen.append(("train", self.training, tuple(x.shape)))
        return self(x)
    def validation_step(self, batch, index):
        self.seen.append(("val", self.training, tuple(batch[0].shape)))
        return self(batch[0])
    def test_step(self, batch, index):
        return self(batch[0])

class Data(pl.LightningDataModule):
    def __init__(self, features):
        super().__init__()
        self.features = features
    def setup(self, stage):
        self.kept = loader(self.features)
    def train_dataloader(self):
        return self.kept
    def val_dataloader(self):
        return loader(self.features)
"""


def run(body: str) -> dict[str, Any]:
    return interpret(HEAD + textwrap.dedent(body))[0]


def test_fit_trains_and_validates() -> None:
    names = run("net = Net()\npl.Trainer(max_epochs=3).fit(net, loader(10), loader(10, 4))\nresult = net.seen")
    assert names["result"] == [("train", True, (4, 10)), ("train", True, (4, 10)), ("val", False, (4, 10))]


def test_a_data_module_gives_the_loaders() -> None:
    names = run("net = Net()\npl.Trainer().fit(net, datamodule=Data(10))\nresult = net.seen")
    assert [kind for kind, _, _ in names["result"]] == ["train", "train", "val", "val"]


@pytest.mark.parametrize(
    "call",
    [
        "fit(Net(), loader(11))", "fit(Net(), datamodule=Data(11))", "fit(Net(12), loader(11))",
        "validate(Net(), loader(11))", "test(Net(), dataloaders=loader(11))", "fit(Net(), loader(10), loader(11))",
    ],
)  # fmt: skip
def test_what_torch_refuses_in_a_step(call: str) -> None:
    with pytest.raises(PyRaise) as raised:
        run(f"pl.Trainer(max_epochs=1).{call}")
    assert raised.value.violation is not None


def test_hyperparameters_are_those_of_the_constructor() -> None:
    names = run("net = Net(width=7)\nresult = (net.hparams.width, net.hparams['features'], net.fc.out_features)")
    assert names["result"] == (7, 10, 7)


def test_writers_trace_the_model_that_they_draw() -> None:
    body = (
        "from torch.utils.tensorboard import SummaryWriter\n"
        "with SummaryWriter() as writer:\n"
        "    writer.add_scalar('a', 1)"
    )
    run(body)
    with pytest.raises(PyRaise) as raised:
        run(f"{body}\n    writer.add_graph(nn.Linear(3, 2), torch.zeros(4, 5))")
    assert raised.value.violation is not None


def test_a_step_may_take_the_batch_alone() -> None:
    names = run("""
    class Alone(Net):
        def training_step(self, batch):
            return self(batch[0])
        def on_train_epoch_end(self):
            self.seen.append("end")
    net = Alone()
    pl.Trainer().fit(net, loader(10))
    result = net.seen
    """)
    assert names["result"] == ["end"]
    with pytest.raises(PyRaise):
        run("class Alone(Net):\n    def training_step(self, batch):\n        return self(batch[0])\n"
            "pl.Trainer().fit(Alone(), loader(11))")  # fmt: skip


def test_batches_are_changed_after_they_were_moved() -> None:
    with pytest.raises(PyRaise) as raised:
        run("""
        class Cut(Net):
            def on_after_batch_transfer(self, batch, dataloader_idx):
                return batch[0][:, :9], batch[1]
        pl.Trainer().fit(Cut(), loader(10))
        """)
    assert raised.value.violation is not None


def test_the_hyperparameters_of_a_data_module() -> None:
    names = run("""
    class Kept(pl.LightningDataModule):
        def __init__(self, size=32, *, batch=4):
            super().__init__()
            self.save_hyperparameters()
    result = dict(Kept(batch=8).hparams)
    """)
    assert names["result"] == {"size": 32, "batch": 8}


@pytest.mark.parametrize("package", ["lightning.pytorch.cli", "pytorch_lightning.cli"])
@pytest.mark.parametrize(("features", "refused"), [(10, False), (12, True)])
def test_the_command_line_fits_with_the_defaults(package: str, features: int, *, refused: bool) -> None:
    body = (
        f"from {package} import LightningCLI\nclass Default(Data):\n"
        f"    def __init__(self, features: int = {features}):\n        super().__init__(features)\n"
        "cli = LightningCLI(Net, Default)\nresult = cli.model.seen[0]"
    )
    if refused:
        with pytest.raises(PyRaise) as raised:
            run(body)
        assert raised.value.violation is not None
    else:
        assert run(body)["result"] == ("train", True, (4, 10))
