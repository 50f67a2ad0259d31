"""Siamese and multi-input nets: shared towers, distances, triplets."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Tower(nn.Module):
    def __init__(self, embed=16):
        super().__init__()
        self.cnn = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(1, 4, 3),
            nn.ReLU(inplace=True),
            nn.BatchNorm2d(4),
            nn.ReflectionPad2d(1),
            nn.Conv2d(4, 8, 3),
            nn.ReLU(inplace=True),
        )
        self.fc = nn.Sequential(nn.Linear(8 * 20 * 20, 32), nn.ReLU(), nn.Linear(32, embed))

    def forward(self, x):
        out = self.cnn(x)
        out = out.view(out.size()[0], -1)
        return self.fc(out)


class Siamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.tower = Tower()
        self.head = nn.Linear(16, 1)

    def forward_once(self, x):
        return self.tower(x)

    def forward(self, a, b):
        x, y = self.forward_once(a), self.forward_once(b)
        return torch.sigmoid(self.head(torch.abs(x - y))).squeeze(1)


class ContrastiveLoss(nn.Module):
    def __init__(self, margin=2.0):
        super().__init__()
        self.margin = margin

    def forward(self, o1, o2, label):
        d = F.pairwise_distance(o1, o2, keepdim=True)
        return torch.mean((1 - label) * d.pow(2) + label * torch.clamp(self.margin - d, min=0.0).pow(2))


class ImageAndTable(nn.Module):
    def __init__(self, n_num, cards=(3, 5, 7)):
        super().__init__()
        self.embs = nn.ModuleList([nn.Embedding(c, min(50, (c + 1) // 2)) for c in cards])
        self.n_emb = sum(e.embedding_dim for e in self.embs)
        self.tower = Tower(8)
        self.lin = nn.Linear(self.n_emb + n_num + 8, 12)
        self.out = nn.Linear(12, 2)

    def forward(self, image, x_cat, x_num):
        x = [e(x_cat[:, i]) for i, e in enumerate(self.embs)]
        x = torch.cat(x, 1)
        x = torch.cat([x, x_num, self.tower(image)], 1)
        return self.out(F.relu(self.lin(x)))


net = Siamese()
p = net(torch.rand(3, 1, 20, 20), torch.rand(3, 1, 20, 20))
F.binary_cross_entropy(p, torch.ones(3)).backward()
e1, e2 = net.forward_once(torch.rand(3, 1, 20, 20)), net.forward_once(torch.rand(3, 1, 20, 20))
ContrastiveLoss()(e1, e2, torch.zeros(3, 1)).backward()
nn.TripletMarginLoss(margin=1.0)(net.tower(torch.rand(2, 1, 20, 20)), e1[:2], e2[:2])
ImageAndTable(4)(image=torch.rand(2, 1, 20, 20), x_cat=torch.zeros(2, 3, dtype=torch.long), x_num=torch.rand(2, 4))
