# mypy: ignore-errors
"""The loop of Hugging Face's `Trainer` as convlint interprets it: what a model is called with, and its loss.

This file is read as text and interpreted; convlint never imports it.
"""

import inspect

import torch
from torch.utils.data import DataLoader
from transformers.trainer import _is_open, _open

LABELS = ("label", "label_ids", "labels")


class TrainingArguments:
    per_device_train_batch_size = 8
    per_device_eval_batch_size = 8
    dataloader_drop_last = False
    remove_unused_columns = True
    eval_strategy = "no"
    label_names = None

    def __init__(self, output_dir=None, **options):
        self.output_dir = output_dir
        for name in options:
            setattr(self, name, options[name])
        if "evaluation_strategy" in options:
            self.eval_strategy = options["evaluation_strategy"]

    @property
    def train_batch_size(self):
        return self.per_device_train_batch_size

    @property
    def eval_batch_size(self):
        return self.per_device_eval_batch_size

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)


class Seq2SeqTrainingArguments(TrainingArguments):
    pass


def default_data_collator(features, return_tensors="pt"):
    """A batch of items that are dicts, by the names that the first has."""
    first = features[0]
    batch = {}
    for key in first:
        value = first[key]
        if value is None or isinstance(value, str):
            continue
        values = [feature[key] for feature in features]
        name = "labels" if key in ("label", "label_ids") else key
        batch[name] = torch.stack(values) if isinstance(value, torch.Tensor) else torch.tensor(values)
    return batch


class DefaultDataCollator:
    def __init__(self, return_tensors="pt"):
        pass

    def __call__(self, features, return_tensors=None):
        return default_data_collator(features)


class _Output:
    """What evaluating gives: numbers that nobody knows."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)

    def __getitem__(self, index):
        return _open("an output")


class Trainer:
    def __init__(
        self, model=None, args=None, data_collator=None, train_dataset=None, eval_dataset=None, processing_class=None,
        model_init=None, compute_loss_func=None, compute_metrics=None, callbacks=None, optimizers=(None, None),
        optimizer_cls_and_kwargs=None, preprocess_logits_for_metrics=None, tokenizer=None,
    ):  # fmt: skip
        self.args = TrainingArguments() if args is None else args
        self.model = model_init() if model is None and model_init is not None else model
        self.data_collator = data_collator
        self.processing_class = tokenizer if processing_class is None else processing_class
        self.train_dataset = train_dataset
        self.eval_dataset = eval_dataset
        self.compute_loss_func = compute_loss_func
        self.compute_metrics = compute_metrics

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)

    def train(self, *args, **options):
        self.model.train()
        for batch in self.get_train_dataloader():
            self.training_step(self.model, batch)
        if self.args.eval_strategy != "no":
            self.evaluate()
        return _Output()

    def training_step(self, model, inputs, num_items_in_batch=None):
        loss = self.compute_loss(model, self._prepare_inputs(inputs))
        loss.backward()
        return loss.detach()

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
        labels = None
        if self.compute_loss_func is not None and "labels" in inputs:
            labels = inputs["labels"]
            inputs = {key: inputs[key] for key in inputs if key != "labels"}
        outputs = model(**inputs)
        if labels is not None:
            loss = self.compute_loss_func(outputs, labels, num_items_in_batch=num_items_in_batch)
        else:
            loss = outputs["loss"] if isinstance(outputs, dict) else outputs[0]
        return (loss, outputs) if return_outputs else loss

    def evaluate(self, eval_dataset=None, *args, **options):
        given = self.eval_dataset if eval_dataset is None else eval_dataset
        for dataset in given.values() if isinstance(given, dict) else [given]:
            self._evaluate(self.get_eval_dataloader(dataset))
        return _Output()

    def predict(self, test_dataset, *args, **options):
        self._evaluate(self.get_test_dataloader(test_dataset))
        return _Output()

    def _evaluate(self, loader):
        self.model.eval()
        with torch.no_grad():
            for batch in loader:
                self.prediction_step(self.model, batch, False)

    def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None):
        inputs = self._prepare_inputs(inputs)
        if "labels" in inputs:
            loss, outputs = self.compute_loss(model, inputs, return_outputs=True)
        else:
            loss, outputs = None, model(**inputs)
        return loss, outputs, inputs.get("labels")

    def _prepare_inputs(self, inputs):
        return inputs

    def get_train_dataloader(self):
        return self._loader(self.train_dataset, self.args.train_batch_size)

    def get_eval_dataloader(self, eval_dataset=None):
        return self._loader(self.eval_dataset if eval_dataset is None else eval_dataset, self.args.eval_batch_size)

    def get_test_dataloader(self, test_dataset):
        return self._loader(test_dataset, self.args.eval_batch_size)

    def _loader(self, dataset, size):
        if dataset is None:
            raise ValueError("Trainer: training requires a train_dataset.")
        collate = self.data_collator
        if collate is None:
            collate = default_data_collator if self.processing_class is None else _open("a collator that pads")
        return DataLoader(
            dataset, batch_size=size, collate_fn=self._without_unused(collate), drop_last=self.args.dataloader_drop_last
        )

    def _without_unused(self, collate):
        """Give the collator only what the model takes, and the labels."""
        if not self.args.remove_unused_columns:
            return collate
        taken = [*inspect.signature(self.model.forward).parameters, *LABELS]

        def collated(features):
            return collate([_kept(feature, taken) for feature in features])

        return collate if _is_open(collate) or _is_open(taken) else collated

    def _nothing(self, *args, **options):
        return None

    save_model = save_state = log = log_metrics = save_metrics = add_callback = remove_callback = push_to_hub = _nothing
    create_optimizer = create_scheduler = create_optimizer_and_scheduler = _nothing


def _kept(feature, taken):
    return {key: feature[key] for key in feature if key in taken} if isinstance(feature, dict) else feature


class Seq2SeqTrainer(Trainer):
    pass
