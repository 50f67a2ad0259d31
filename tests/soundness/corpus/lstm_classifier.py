"""Recurrent classifiers: packed sequences, bidirectional states, pooling over time."""
import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence


class LSTMClassifier(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, output_dim, n_layers, bidirectional, dropout):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        self.rnn = nn.LSTM(
            embedding_dim, hidden_dim, num_layers=n_layers, bidirectional=bidirectional, dropout=dropout, batch_first=True
        )
        self.num_directions = 2 if bidirectional else 1
        self.fc = nn.Linear(hidden_dim * self.num_directions, output_dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, text, text_lengths):
        embedded = self.dropout(self.embedding(text))
        packed = pack_padded_sequence(embedded, text_lengths, batch_first=True, enforce_sorted=False)
        packed_output, (hidden, cell) = self.rnn(packed)
        output, lengths = pad_packed_sequence(packed_output, batch_first=True)
        if self.rnn.bidirectional:
            hidden = self.dropout(torch.cat((hidden[-2, :, :], hidden[-1, :, :]), dim=1))
        else:
            hidden = self.dropout(hidden[-1])
        return self.fc(hidden)


class GRUTagger(nn.Module):
    def __init__(self, dim=12, hidden=10, tags=4):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(dim, hidden, 2, bidirectional=True)
        self.attn = nn.Linear(2 * hidden, 1)
        self.out = nn.Linear(4 * hidden, tags)

    def init_hidden(self, batch_size):
        weight = next(self.parameters())
        return weight.new_zeros(4, batch_size, self.hidden)

    def forward(self, x):
        states, h = self.gru(x, self.init_hidden(x.size(1)))
        scores = torch.softmax(self.attn(states).squeeze(-1), dim=0)
        pooled = (states * scores.unsqueeze(-1)).sum(0)
        last = h.view(2, 2, x.size(1), self.hidden)[-1]
        last = torch.cat([last[0], last[1]], dim=-1)
        return self.out(torch.cat([pooled, last], dim=1))


class CellNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(6, 9)
        self.head = nn.Linear(9, 2)

    def forward(self, x):
        h = torch.zeros(x.size(0), 9)
        c = torch.zeros_like(h)
        outputs = []
        for t in range(x.shape[1]):
            h, c = self.cell(x[:, t], (h, c))
            outputs.append(self.head(h))
        return torch.stack(outputs, 1)


seqs = [torch.tensor([1, 2, 3]), torch.tensor([4, 5]), torch.tensor([6])]
batch = pad_sequence(seqs, batch_first=True)
for two in (True, False):
    m = LSTMClassifier(20, 8, 16, 3, 2, two, 0.1)
    m(batch, torch.tensor([len(s) for s in seqs]))
GRUTagger()(torch.randn(7, 2, 12))
assert CellNet()(torch.randn(2, 5, 6)).shape == (2, 5, 2)
