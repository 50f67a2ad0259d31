# mypy: ignore-errors
"""Lightning's command line as convlint interprets it: `fit` with the defaults of a module and of its data.

This file is read as text and interpreted; convlint never imports it.
"""

from argparse import _here

from lightning import Trainer
from tyro import _made


class LightningCLI:
    def __init__(self, model_class=None, datamodule_class=None, *args, run=True, **options):
        self.trainer = Trainer()
        self.model = _built(model_class)
        self.datamodule = _built(datamodule_class)
        if run and self.model is not None:
            self.trainer.fit(self.model, datamodule=self.datamodule)


def _built(kind):
    """A class, or a function that makes an object, with its defaults."""
    return None if kind is None else _made(kind, "", _here())
