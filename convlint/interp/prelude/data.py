# mypy: ignore-errors
"""The data sets and samplers of `torch.utils.data` as convlint interprets them: lengths and items, not their order.

This file is read as text and interpreted; convlint never imports it.
"""

from torch.utils.data import _any_of, _split_sizes


class Dataset:
    def __class_getitem__(cls, params):
        return cls

    def __getitem__(self, index):
        raise NotImplementedError("Subclasses of Dataset should implement __getitem__.")

    def __add__(self, other):
        return ConcatDataset([self, other])


class IterableDataset(Dataset):
    def __iter__(self):
        raise NotImplementedError

    def __add__(self, other):
        return ChainDataset([self, other])


class TensorDataset(Dataset):
    def __init__(self, *tensors):
        assert all(tensors[0].size(0) == tensor.size(0) for tensor in tensors), "Size mismatch between tensors"
        self.tensors = tensors

    def __getitem__(self, index):
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self):
        return self.tensors[0].size(0)


class StackDataset(Dataset):
    def __init__(self, *args, **kwargs):
        self.datasets = kwargs if kwargs else args

    def __getitem__(self, index):
        if isinstance(self.datasets, dict):
            return {name: self.datasets[name][index] for name in self.datasets}
        return tuple(dataset[index] for dataset in self.datasets)

    def __len__(self):
        parts = list(self.datasets.values()) if isinstance(self.datasets, dict) else self.datasets
        return len(parts[0])


class ConcatDataset(Dataset):
    def __init__(self, datasets):
        self.datasets = list(datasets)
        assert len(self.datasets) > 0, "datasets should not be an empty iterable"

    @property
    def cumulative_sizes(self):
        sizes = []
        for dataset in self.datasets:
            sizes.append(len(dataset) + (sizes[-1] if sizes else 0))
        return sizes

    def __len__(self):
        return sum(len(dataset) for dataset in self.datasets)

    def __getitem__(self, index):
        for dataset in self.datasets[:-1]:
            if index < len(dataset):
                return dataset[index]
            index = index - len(dataset)
        return self.datasets[-1][index]


class ChainDataset(IterableDataset):
    def __init__(self, datasets):
        self.datasets = datasets

    def __iter__(self):
        for dataset in self.datasets:
            yield from dataset

    def __len__(self):
        return sum(len(dataset) for dataset in self.datasets)


class Subset(Dataset):
    def __init__(self, dataset, indices):
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index):
        return self.dataset[_any_of(self.indices, index)]

    def __len__(self):
        return len(self.indices)


class _Part(Subset):
    """What `random_split` gives: so many items, nobody knows which."""

    def __init__(self, dataset, count):
        super().__init__(dataset, _any_of(None, None))
        self._count = count

    def __getitem__(self, index):
        return self.dataset[0]

    def __len__(self):
        return self._count


def random_split(dataset, lengths, generator=None):
    return [_Part(dataset, count) for count in _split_sizes(dataset, lengths)]


class Sampler:
    def __class_getitem__(cls, params):
        return cls

    def __init__(self, data_source=None):
        pass


class SequentialSampler(Sampler):
    def __init__(self, data_source):
        self.data_source = data_source

    def __len__(self):
        return len(self.data_source)


class RandomSampler(Sampler):
    def __init__(self, data_source, replacement=False, num_samples=None, generator=None):
        self.data_source = data_source
        self._num_samples = num_samples

    @property
    def num_samples(self):
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __len__(self):
        return self.num_samples


class SubsetRandomSampler(Sampler):
    def __init__(self, indices, generator=None):
        self.indices = indices

    def __len__(self):
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    def __init__(self, weights, num_samples, replacement=True, generator=None):
        self.weights = weights
        self.num_samples = num_samples

    def __len__(self):
        return self.num_samples


class BatchSampler(Sampler):
    def __init__(self, sampler, batch_size, drop_last):
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __len__(self):
        count = len(self.sampler)
        return count // self.batch_size if self.drop_last else (count + self.batch_size - 1) // self.batch_size


class DistributedSampler(Sampler):
    def __init__(self, dataset, num_replicas=None, rank=None, shuffle=True, seed=0, drop_last=False):
        self.dataset = dataset
        self.num_replicas = num_replicas
        self.rank = rank

    def set_epoch(self, epoch):
        return None

    def __len__(self):
        return _any_of(None, None)
