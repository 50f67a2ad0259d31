# mypy: ignore-errors
# ruff: noqa: N803, N806 - its names
"""skorch as convlint interprets it: a network is built with its parameters, and fitted to batches of arrays.

This file is read as text and interpreted; convlint never imports it.
"""

import torch
from skorch import _open
from torch.utils.data import DataLoader


class Dataset(torch.utils.data.Dataset):
    def __init__(self, X, y=None, length=None):
        self.X, self.y = X, y

    def __len__(self):
        return len(next(iter(self.X.values())) if isinstance(self.X, dict) else self.X)

    def __getitem__(self, index):
        item = {key: self.X[key][index] for key in self.X} if isinstance(self.X, dict) else self.X[index]
        return item, torch.tensor(0) if self.y is None else self.y[index]


class NeuralNet:
    _log = False

    def __init__(
        self, module, criterion=None, optimizer=torch.optim.SGD, lr=0.01, max_epochs=10, batch_size=128, **options
    ):
        self.module = module
        self.criterion = criterion
        self.optimizer = optimizer
        self.lr = lr
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self._options = options

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)

    def _made(self, kind, name):
        if not isinstance(kind, type):
            return kind
        prefix = name + "__"
        return kind(**{key[len(prefix) :]: self._options[key] for key in self._options if key.startswith(prefix)})

    def set_params(self, **options):
        for name in options:
            if "__" in name:
                self._options[name] = options[name]
            else:
                setattr(self, name, options[name])
        return self

    def initialize(self):
        self.module_ = self._made(self.module, "module")
        self.criterion_ = self._made(self.criterion, "criterion")
        return self

    def fit(self, X, y=None, **options):
        self.initialize()
        return self.partial_fit(X, y)

    def partial_fit(self, X, y=None, **options):
        if "module_" not in self.__dict__:
            self.initialize()
        self.module_.train()
        for batch in self._loader(self._train_part(X, y), "iterator_train"):
            Xi, yi = batch
            self.get_loss(self.infer(Xi), yi, X=Xi, training=True).backward()
        return self

    def _train_part(self, X, y):
        dataset = X if y is None and isinstance(X, torch.utils.data.Dataset) else Dataset(X, y)
        if "train_split" in self._options and self._options["train_split"] is None:
            return dataset
        return torch.utils.data.Subset(dataset, _open("the indices of a split"))

    def _loader(self, dataset, kind):
        options = {key[len(kind) + 2 :]: self._options[key] for key in self._options if key.startswith(kind + "__")}
        return DataLoader(dataset, **{"batch_size": self.batch_size, **options})

    def infer(self, x, **fit_params):
        return self.module_(**x) if isinstance(x, dict) else self.module_(x)

    def get_loss(self, y_pred, y_true, X=None, training=False):
        output = y_pred[0] if isinstance(y_pred, tuple) else y_pred
        if isinstance(self.criterion_, torch.nn.NLLLoss) and self._log:
            output = torch.log(output + 1e-8)
        return self.criterion_(output, y_true)

    def forward(self, X, training=False, device="cpu"):
        self.module_.eval()
        outputs = []
        with torch.no_grad():
            dataset = X if isinstance(X, torch.utils.data.Dataset) else Dataset(X)
            for batch in self._loader(dataset, "iterator_valid"):
                outputs.append(self.infer(batch[0]))
        return _open("what a network gives")

    predict = predict_proba = forward


class NeuralNetClassifier(NeuralNet):
    _log = True

    def __init__(self, module, criterion=torch.nn.NLLLoss, **options):
        super().__init__(module, criterion, **options)


class NeuralNetBinaryClassifier(NeuralNet):
    def __init__(self, module, criterion=torch.nn.BCEWithLogitsLoss, **options):
        super().__init__(module, criterion, **options)

    def get_loss(self, y_pred, y_true, X=None, training=False):
        output = y_pred[0] if isinstance(y_pred, tuple) else y_pred
        return self.criterion_(output.squeeze(-1) if output.ndim > 1 else output, y_true.float())


class NeuralNetRegressor(NeuralNet):
    def __init__(self, module, criterion=torch.nn.MSELoss, **options):
        super().__init__(module, criterion, **options)
