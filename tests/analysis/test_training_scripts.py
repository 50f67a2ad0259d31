"""Whole training scripts: the sizes come from arguments, data sets, transforms and loaders, and a finding says so."""

from __future__ import annotations

import convlint
from convlint.findings import Severity

SCRIPT = """
import argparse
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torchvision import datasets, transforms
from torch.optim.lr_scheduler import StepLR


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 1)
        self.dropout1 = nn.Dropout(0.25)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(self.dropout1(x), 1)
        return F.log_softmax(self.fc2(F.relu(self.fc1(x))), dim=1)


def train(args, model, device, train_loader, optimizer, epoch):
    model.train()
    for batch_idx, (data, target) in enumerate(train_loader):
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        loss = F.nll_loss(model(data), target)
        loss.backward()
        optimizer.step()
        if batch_idx % args.log_interval == 0:
            print(f"Train Epoch: {epoch} {loss.item():.6f}")
            if args.dry_run:
                break


def test(model, device, test_loader):
    model.eval()
    correct = 0
    with torch.no_grad():
        for data, target in test_loader:
            output = model(data.to(device))
            pred = output.argmax(dim=1, keepdim=True)
            correct += pred.eq(target.view_as(pred)).sum().item()
    print(100.0 * correct / len(test_loader.dataset))


def main():
    parser = argparse.ArgumentParser(description="PyTorch MNIST Example")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--lr", type=float, default=1.0)
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--log-interval", type=int, default=10)
    args = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    train_data = datasets.MNIST("../data", train=True, download=True, transform=transform)
    test_data = datasets.MNIST("../data", train=False, transform=transform)
    train_loader = torch.utils.data.DataLoader(train_data, batch_size=args.batch_size)
    test_loader = torch.utils.data.DataLoader(test_data, batch_size=1000)
    model = Net().to(device)
    optimizer = optim.Adadelta(model.parameters(), lr=args.lr)
    scheduler = StepLR(optimizer, step_size=1, gamma=0.7)
    for epoch in range(1, args.epochs + 1):
        train(args, model, device, train_loader, optimizer, epoch)
        test(model, device, test_loader)
        scheduler.step()


if __name__ == "__main__":
    main()
"""


def errors(source: str) -> list[convlint.Finding]:
    return [
        finding for finding in convlint.lint_source(source, "main.py").findings if finding.severity is Severity.ERROR
    ]


def test_the_script_as_it_is() -> None:
    assert errors(SCRIPT) == []


def test_features_that_do_not_fit_the_pictures() -> None:
    (finding,) = errors(SCRIPT.replace("nn.Linear(9216, 128)", "nn.Linear(9600, 128)"))
    assert finding.code == "CVL202"
    texts = [related.message for related in finding.related]
    assert "`MNIST` gives 1×28×28" in texts
    assert "with the default `--batch-size 64`" in texts


def test_a_transform_that_changes_the_size() -> None:
    (finding,) = errors(SCRIPT.replace("[transforms.ToTensor()", "[transforms.Resize(32), transforms.ToTensor()"))
    assert "`Resize(32)` makes it 32×32" in [related.message for related in finding.related]


def test_channels_that_the_transform_does_not_fit() -> None:
    (finding,) = errors(SCRIPT.replace("(0.1307,), (0.3081,)", "(0.5, 0.5, 0.5), (0.5, 0.5, 0.5)"))
    assert finding.code == "CVL201"
