"""Convolutional autoencoders, one variational, with output padding and reshapes between features and maps."""
import torch
from torch import nn
from torch.nn import functional as F


class AutoEncoder(nn.Module):
    def __init__(self):
        super(AutoEncoder, self).__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 16, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, 64, 7),
        )
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(64, 32, 7),
            nn.ReLU(),
            nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(16, 1, 3, stride=2, padding=1, output_padding=1),
            nn.Sigmoid(),
        )

    def forward(self, x):
        return self.decoder(self.encoder(x))


class VAE(nn.Module):
    def __init__(self, in_channels=3, latent=10, hidden_dims=None, size=32):
        super().__init__()
        self.latent = latent
        if hidden_dims is None:
            hidden_dims = [8, 16, 32]
        modules = []
        c = in_channels
        for h in hidden_dims:
            modules.append(nn.Sequential(nn.Conv2d(c, h, 3, 2, 1), nn.BatchNorm2d(h), nn.LeakyReLU()))
            c = h
        self.encoder = nn.Sequential(*modules)
        self.side = size // 2 ** len(hidden_dims)
        self.width = hidden_dims[-1]
        self.fc_mu = nn.Linear(self.width * self.side**2, latent)
        self.fc_var = nn.Linear(self.width * self.side**2, latent)
        self.decoder_input = nn.Linear(latent, self.width * self.side**2)
        modules = []
        hidden_dims = hidden_dims[::-1]
        for i in range(len(hidden_dims) - 1):
            modules.append(
                nn.Sequential(
                    nn.ConvTranspose2d(hidden_dims[i], hidden_dims[i + 1], 3, 2, 1, output_padding=1),
                    nn.BatchNorm2d(hidden_dims[i + 1]),
                    nn.LeakyReLU(),
                )
            )
        self.decoder = nn.Sequential(*modules)
        self.final = nn.Sequential(
            nn.ConvTranspose2d(hidden_dims[-1], hidden_dims[-1], 3, 2, 1, output_padding=1),
            nn.Conv2d(hidden_dims[-1], in_channels, 3, padding=1),
            nn.Tanh(),
        )

    def encode(self, x):
        h = torch.flatten(self.encoder(x), start_dim=1)
        return [self.fc_mu(h), self.fc_var(h)]

    def decode(self, z):
        h = self.decoder_input(z).view(-1, self.width, self.side, self.side)
        return self.final(self.decoder(h))

    @staticmethod
    def reparameterize(mu, logvar):
        std = torch.exp(0.5 * logvar)
        eps = torch.randn_like(std)
        return eps * std + mu

    def forward(self, x, **kwargs):
        mu, log_var = self.encode(x)
        z = self.reparameterize(mu, log_var)
        return [self.decode(z), x, mu, log_var]

    def loss_function(self, *args, **kwargs) -> dict:
        recons, x, mu, log_var = args
        kld_weight = kwargs["M_N"]
        recons_loss = F.mse_loss(recons, x)
        kld = torch.mean(-0.5 * torch.sum(1 + log_var - mu**2 - log_var.exp(), dim=1), dim=0)
        return {"loss": recons_loss + kld_weight * kld, "KLD": -kld.detach()}

    @torch.no_grad()
    def sample(self, n):
        return self.decode(torch.randn(n, self.latent))


assert AutoEncoder()(torch.rand(2, 1, 28, 28)).shape == (2, 1, 28, 28)
vae = VAE()
results = vae(torch.rand(2, 3, 32, 32))
vae.loss_function(*results, M_N=0.005)["loss"].backward()
assert vae.sample(3).shape == (3, 3, 32, 32)
