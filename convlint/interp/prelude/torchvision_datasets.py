# mypy: ignore-errors
"""torchvision's data sets as convlint interprets them: what they hold stands in a table, nothing is read.

This file is read as text and interpreted; convlint never imports it.
"""

from torch.utils.data import Dataset
from torchvision.datasets import _attributes, _called, _image, _not_modelled, _target


class VisionDataset(Dataset):
    _name = "VisionDataset"

    def __init__(self, *args, **kwargs):
        _attributes(self, type(self)._name, args, kwargs)

    def __len__(self):
        return self._length

    def __getitem__(self, index):
        image, target = _image(self), _target(self)
        if self.transforms is not None:
            return self.transforms(image, target)
        image = _called(self.transform, image)
        return image if self._alone else (image, _called(self.target_transform, target))

    def __getattr__(self, name):
        return _not_modelled(self, name)


class DatasetFolder(VisionDataset):
    _name = "DatasetFolder"


class MNIST(VisionDataset):
    _name = "MNIST"


class FashionMNIST(MNIST):
    _name = "FashionMNIST"


class KMNIST(MNIST):
    _name = "KMNIST"


class QMNIST(MNIST):
    _name = "QMNIST"


class EMNIST(MNIST):
    _name = "EMNIST"


class CIFAR10(VisionDataset):
    _name = "CIFAR10"


class CIFAR100(CIFAR10):
    _name = "CIFAR100"


class SVHN(VisionDataset):
    _name = "SVHN"


class STL10(VisionDataset):
    _name = "STL10"


class USPS(VisionDataset):
    _name = "USPS"


class SEMEION(VisionDataset):
    _name = "SEMEION"


class Omniglot(VisionDataset):
    _name = "Omniglot"


class FakeData(VisionDataset):
    _name = "FakeData"


class PCAM(VisionDataset):
    _name = "PCAM"


class EuroSAT(VisionDataset):
    _name = "EuroSAT"


class FER2013(VisionDataset):
    _name = "FER2013"


class CelebA(VisionDataset):
    _name = "CelebA"


class LFWPeople(VisionDataset):
    _name = "LFWPeople"


class ImageFolder(DatasetFolder):
    _name = "ImageFolder"


class ImageNet(VisionDataset):
    _name = "ImageNet"


class Imagenette(VisionDataset):
    _name = "Imagenette"


class Places365(VisionDataset):
    _name = "Places365"


class Flowers102(VisionDataset):
    _name = "Flowers102"


class Food101(VisionDataset):
    _name = "Food101"


class StanfordCars(VisionDataset):
    _name = "StanfordCars"


class FGVCAircraft(VisionDataset):
    _name = "FGVCAircraft"


class OxfordIIITPet(VisionDataset):
    _name = "OxfordIIITPet"


class DTD(VisionDataset):
    _name = "DTD"


class GTSRB(VisionDataset):
    _name = "GTSRB"


class Country211(VisionDataset):
    _name = "Country211"


class RenderedSST2(VisionDataset):
    _name = "RenderedSST2"


class SUN397(VisionDataset):
    _name = "SUN397"


class Caltech256(VisionDataset):
    _name = "Caltech256"


class Caltech101(VisionDataset):
    _name = "Caltech101"


class INaturalist(VisionDataset):
    _name = "INaturalist"


class LSUN(VisionDataset):
    _name = "LSUN"


class VOCSegmentation(VisionDataset):
    _name = "VOCSegmentation"


class VOCDetection(VisionDataset):
    _name = "VOCDetection"


class CocoDetection(VisionDataset):
    _name = "CocoDetection"


class CocoCaptions(CocoDetection):
    _name = "CocoCaptions"


class Cityscapes(VisionDataset):
    _name = "Cityscapes"


class SBDataset(VisionDataset):
    _name = "SBDataset"


class MovingMNIST(VisionDataset):
    _name = "MovingMNIST"
