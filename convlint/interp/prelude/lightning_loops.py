# mypy: ignore-errors
"""Lightning's loops as convlint interprets them: the steps of a module on the batches of its loaders.

This file is read as text and interpreted; convlint never imports it.
"""

from lightning import _given, _not_modelled, _save_hyperparameters, _step, _taken


class _AttributeDict(dict):
    def __getattr__(self, name):
        return self[name]

    def __setattr__(self, name, value):
        self[name] = value


class LightningDataModule:
    save_hyperparameters = _save_hyperparameters

    def __getattr__(self, name):
        return _not_modelled(name)


KINDS = {"val": "validation"}


class Trainer:
    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        return _not_modelled(name)

    def fit(self, model, train_dataloaders=None, val_dataloaders=None, datamodule=None, ckpt_path=None, **kwargs):
        self._prepare(model, datamodule, "fit")
        self._call(model, "configure_optimizers")
        model.train()
        self._run(
            model, datamodule, _given(train_dataloaders, kwargs.get("train_dataloader")), "train", "training_step"
        )
        model.eval()
        self._run(model, datamodule, val_dataloaders, "val", "validation_step")

    def validate(self, model=None, dataloaders=None, ckpt_path=None, verbose=True, datamodule=None):
        self._evaluate(model, datamodule, dataloaders, "val", "validate", "validation_step")

    def test(self, model=None, dataloaders=None, ckpt_path=None, verbose=True, datamodule=None):
        self._evaluate(model, datamodule, dataloaders, "test", "test", "test_step")

    def predict(self, model=None, dataloaders=None, datamodule=None, **kwargs):
        self._evaluate(model, datamodule, dataloaders, "predict", "predict", "predict_step")

    def _evaluate(self, model, datamodule, loaders, kind, stage, name):
        if model is not None:
            self._prepare(model, datamodule, stage)
            model.eval()
            self._run(model, datamodule, loaders, kind, name)

    def _prepare(self, model, datamodule, stage):
        for owner in (datamodule, model):
            self._call(owner, "prepare_data")
            setup = _step(owner, "setup")
            if setup is not None:
                setup(stage)

    def _run(self, model, datamodule, loaders, kind, name):
        """Run a step on the batches of the loaders that are given, or that the data or the model has."""
        step = _step(model, name)
        if step is None:
            return
        hook = _given(_step(datamodule, f"{kind}_dataloader"), _step(model, f"{kind}_dataloader"))
        if loaders is None and hook is not None:
            loaders = hook()
        if loaders is not None:
            moved = _given(_step(model, "on_after_batch_transfer"), _step(datamodule, "on_after_batch_transfer"))
            for index, batch in enumerate(loaders):
                if moved is not None:
                    batch = moved(batch, 0)
                step(*_taken(step, batch, index))
            self._call(model, f"on_{KINDS.get(kind, kind)}_epoch_end")

    def _call(self, owner, name):
        hook = _step(owner, name)
        if hook is not None:
            hook()
