"""Two GANs in PyTorch, to compare pictures with.

dcgan:  the PyTorch tutorial's (Radford 2016): BatchNorm in both, 64 wide, Adam 2e-4, beta1 0.5,
        unconditional.
modern: the same shapes with classes (embedding and projection), spectral norm, hinge loss,
        DiffAugment (Zhao 2020) and a moving average of the generator.

Reads uint8 pictures [N,S,S,3] and uint8 labels, trains for some minutes and writes samples
[count,S,S,3]; prints {"imagesSeen": n}.
"""
import argparse
import copy
import json
import time

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.parametrizations import spectral_norm

parser = argparse.ArgumentParser()
parser.add_argument("peer", choices=["dcgan", "modern"])
for name, kind in (("size", int), ("minutes", float), ("count", int), ("pictures", str), ("labels", str), ("samples", str)):
    parser.add_argument("--" + name, type=kind, required=True)
args = parser.parse_args()
torch.manual_seed(1)
modern = args.peer == "modern"
LATENT, WIDTH, BATCH = 100, 64, 64

pictures = torch.from_numpy(numpy.fromfile(args.pictures, numpy.uint8).reshape(-1, args.size, args.size, 3))
labels = torch.from_numpy(numpy.fromfile(args.labels, numpy.uint8).astype(numpy.int64))
classes = int(labels.max()) + 1 if modern else 0
stages = args.size.bit_length() - 3  # doublings from 4 px


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(classes, LATENT) if classes > 1 else None
        width = WIDTH << (stages - 1)
        layers = [nn.ConvTranspose2d(LATENT * (2 if self.embedding else 1), width, 4, 1, 0, bias=False), nn.BatchNorm2d(width), nn.ReLU(True)]
        for _ in range(stages - 1):
            layers += [nn.ConvTranspose2d(width, width // 2, 4, 2, 1, bias=False), nn.BatchNorm2d(width // 2), nn.ReLU(True)]
            width //= 2
        self.layers = nn.Sequential(*layers, nn.ConvTranspose2d(width, 3, 4, 2, 1, bias=False), nn.Tanh())

    def forward(self, z, y):
        if self.embedding:
            z = torch.cat([z, self.embedding(y)], 1)
        return self.layers(z[:, :, None, None])


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        wrap = spectral_norm if modern else (lambda layer: layer)
        layers, width = [wrap(nn.Conv2d(3, WIDTH, 4, 2, 1, bias=modern)), nn.LeakyReLU(0.2, True)], WIDTH
        for _ in range(stages - 1):
            layers += [wrap(nn.Conv2d(width, width * 2, 4, 2, 1, bias=modern))]
            layers += ([] if modern else [nn.BatchNorm2d(width * 2)]) + [nn.LeakyReLU(0.2, True)]
            width *= 2
        self.layers = nn.Sequential(*layers)
        self.head = wrap(nn.Conv2d(width, 1, 4, 1, 0, bias=modern))
        self.embedding = wrap(nn.Embedding(classes, width)) if classes > 1 else None

    def forward(self, x, y):
        h = self.layers(x)
        logits = self.head(h).reshape(-1)
        return logits if self.embedding is None else logits + (h.sum((2, 3)) * self.embedding(y)).sum(1)


def initialise(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


def augment(x):
    """Colour, translation and cutout, as DiffAugment's authors have them."""
    if not modern:
        return x
    n, _, side, _ = x.shape
    x = x + (torch.rand(n, 1, 1, 1) - 0.5)
    x = (x - x.mean(1, keepdim=True)) * (torch.rand(n, 1, 1, 1) * 2) + x.mean(1, keepdim=True)
    x = (x - x.mean((1, 2, 3), keepdim=True)) * (torch.rand(n, 1, 1, 1) + 0.5) + x.mean((1, 2, 3), keepdim=True)
    reach, grid = side // 8, torch.arange(side)
    rows = (grid + torch.randint(-reach, reach + 1, (n, 1)) + 1).clamp(0, side + 1)
    columns = (grid + torch.randint(-reach, reach + 1, (n, 1)) + 1).clamp(0, side + 1)
    padded = F.pad(x, [1, 1, 1, 1]).permute(0, 2, 3, 1)
    x = padded[torch.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
    tops, lefts = torch.randint(0, side + 1, (2, n, 1))
    hole = ((grid - tops).abs() < side // 4)[:, :, None] & ((grid - lefts).abs() < side // 4)[:, None, :]
    return x * (~hole)[:, None].float()


G, D = Generator(), Discriminator()
if not modern:
    G.apply(initialise)
    D.apply(initialise)
average = copy.deepcopy(G)
adam_g = torch.optim.Adam(G.parameters(), 2e-4, (0.5, 0.999))
adam_d = torch.optim.Adam(D.parameters(), 2e-4, (0.5, 0.999))
binary = F.binary_cross_entropy_with_logits

seen, started = 0, time.monotonic()
while time.monotonic() - started < args.minutes * 60:
    chosen = torch.randint(0, len(pictures), (BATCH,))
    real, y = (pictures[chosen].float() / 127.5 - 1).permute(0, 3, 1, 2), labels[chosen]
    fake = G(torch.randn(BATCH, LATENT), y)
    on_real, on_fake = D(augment(real), y), D(augment(fake.detach()), y)
    if modern:
        loss = F.relu(1 - on_real).mean() + F.relu(1 + on_fake).mean()
    else:
        loss = binary(on_real, torch.ones(BATCH)) + binary(on_fake, torch.zeros(BATCH))
    adam_d.zero_grad(set_to_none=True)
    loss.backward()
    adam_d.step()
    on_fake = D(augment(fake), y)
    loss = -on_fake.mean() if modern else binary(on_fake, torch.ones(BATCH))
    adam_g.zero_grad(set_to_none=True)
    loss.backward()
    adam_g.step()
    seen += BATCH
    with torch.no_grad():
        decay = 0.5 ** (BATCH / max(1.0, min(10_000.0, seen * 0.05)))
        torch._foreach_lerp_(list(average.parameters()), list(G.parameters()), 1 - decay)
        for kept, buffer in zip(average.buffers(), G.buffers()):
            kept.copy_(buffer)

# The tutorial's own samples come from the generator as it stands, in training mode.
source = average if modern else G
samples = []
with torch.no_grad():
    while len(samples) * BATCH < args.count:
        y = labels[torch.randint(0, len(labels), (BATCH,))]
        samples.append(((source(torch.randn(BATCH, LATENT), y) + 1) * 127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1))
torch.cat(samples)[: args.count].contiguous().numpy().tofile(args.samples)
print(json.dumps({"imagesSeen": seen}), flush=True)
