"""Graph and point nets: adjacency products, transforms, symmetric pooling, Chebyshev recursion."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class GCNLayer(nn.Module):
    def __init__(self, i, o, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.FloatTensor(i, o))
        if bias:
            self.bias = nn.Parameter(torch.FloatTensor(o))
        else:
            self.register_parameter("bias", None)
        nn.init.xavier_uniform_(self.weight)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, x, adj):
        out = torch.spmm(adj, torch.mm(x, self.weight)) if adj.is_sparse else adj @ (x @ self.weight)
        return out if self.bias is None else out + self.bias


class GAT(nn.Module):
    def __init__(self, nfeat, nhid, nclass, heads=2):
        super().__init__()
        self.W = nn.Parameter(torch.empty(heads, nfeat, nhid))
        self.a = nn.Parameter(torch.empty(heads, 2 * nhid, 1))
        nn.init.xavier_normal_(self.W)
        nn.init.xavier_normal_(self.a)
        self.nhid = nhid
        self.out = GCNLayer(heads * nhid, nclass, bias=False)

    def forward(self, x, adj):
        Wh = torch.matmul(x, self.W)
        e = F.leaky_relu(Wh @ self.a[:, : self.nhid] + (Wh @ self.a[:, self.nhid :]).transpose(1, 2))
        att = torch.where(adj > 0, e, -9e15 * torch.ones_like(e)).softmax(dim=-1)
        h = F.elu(att @ Wh).permute(1, 0, 2).reshape(x.size(0), -1)
        return F.log_softmax(self.out(h, adj), dim=1)


class TNet(nn.Module):
    def __init__(self, k=3):
        super().__init__()
        self.k = k
        self.convs = nn.Sequential(nn.Conv1d(k, 8, 1), nn.BatchNorm1d(8), nn.ReLU(), nn.Conv1d(8, 16, 1))
        self.fc = nn.Linear(16, k * k)

    def forward(self, x):
        bs = x.size(0)
        x = self.convs(x)
        pool = nn.MaxPool1d(x.size(-1))(x)
        flat = nn.Flatten(1)(pool)
        init = torch.eye(self.k, requires_grad=True).repeat(bs, 1, 1)
        return self.fc(flat).view(-1, self.k, self.k) + init


class PointNet(nn.Module):
    def __init__(self, classes=5):
        super().__init__()
        self.t3, self.t8 = TNet(3), TNet(8)
        self.c1, self.c2 = nn.Conv1d(3, 8, 1), nn.Conv1d(8, 32, 1)
        self.fc = nn.Linear(32, classes)

    def forward(self, x):
        m3 = self.t3(x)
        x = torch.bmm(torch.transpose(x, 1, 2), m3).transpose(1, 2)
        x = F.relu(self.c1(x))
        m8 = self.t8(x)
        x = torch.bmm(x.transpose(2, 1), m8).transpose(2, 1)
        x = torch.max(self.c2(x), 2, keepdim=True)[0]
        return self.fc(x.view(-1, 32)), m3, m8


def knn(x, k):
    inner = -2 * torch.matmul(x.transpose(2, 1), x)
    xx = torch.sum(x**2, dim=1, keepdim=True)
    return (-xx - inner - xx.transpose(2, 1)).topk(k=k, dim=-1)[1]


def get_graph_feature(x, k=4):
    batch_size, num_points = x.size(0), x.size(2)
    idx = knn(x, k=k)
    idx_base = torch.arange(0, batch_size).view(-1, 1, 1) * num_points
    idx = (idx + idx_base).view(-1)
    _, num_dims, _ = x.size()
    x = x.transpose(2, 1).contiguous()
    feature = x.view(batch_size * num_points, -1)[idx, :]
    feature = feature.view(batch_size, num_points, k, num_dims)
    x = x.view(batch_size, num_points, 1, num_dims).repeat(1, 1, k, 1)
    return torch.cat((feature - x, x), dim=3).permute(0, 3, 1, 2).contiguous()


class DGCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(6, 8, 1)
        self.conv2 = nn.Conv2d(16, 12, 1)
        self.conv3 = nn.Conv1d(20, 16, 1)
        self.fc = nn.Linear(32, 3)

    def forward(self, x):
        x1 = self.conv1(get_graph_feature(x)).max(dim=-1, keepdim=False)[0]
        x2 = self.conv2(get_graph_feature(x1)).max(dim=-1).values
        x = self.conv3(torch.cat((x1, x2), dim=1))
        b = x.size(0)
        x = torch.cat((F.adaptive_max_pool1d(x, 1).view(b, -1), F.adaptive_avg_pool1d(x, 1).view(b, -1)), 1)
        return self.fc(x)


class MessagePassing(nn.Module):
    def __init__(self, d=6):
        super().__init__()
        self.msg = nn.Sequential(nn.Linear(2 * d, d), nn.ReLU())
        self.gru = nn.GRUCell(d, d)

    def forward(self, x, edge_index):
        src, dst = edge_index
        m = self.msg(torch.cat([x[src], x[dst]], dim=-1))
        agg = torch.zeros_like(x).index_add_(0, dst, m)
        deg = torch.bincount(dst, minlength=x.size(0)).clamp(min=1).unsqueeze(-1)
        return self.gru(agg / deg, x)


adj = (torch.rand(9, 9) > 0.5).float() + torch.eye(9)
adj = adj / adj.sum(1, keepdim=True)
GAT(5, 4, 3)(torch.rand(9, 5), adj)
GCNLayer(5, 2)(torch.rand(9, 5), adj.to_sparse())
PointNet()(torch.rand(2, 3, 20))
assert DGCNN()(torch.rand(2, 3, 12)).shape == (2, 3)
MessagePassing()(torch.rand(5, 6), torch.tensor([[0, 1, 2, 4], [1, 2, 3, 0]]))
