"""The studio's networks, losses and step in PyTorch, to compare speeds with.

Reads one JSON object a line and answers each with one:
  {"open": job}   -> {"parameters": {"G": n, "D": n}, "threads": n}
  {"steps": n}    -> {"ms": wall time of n training steps}
The job holds the architecture (lists of blocks) and options as the studio has them, and a file
of pictures (uint8 [count,R,R,C]) and may name a device ("cuda"); without one it is the processor. A block that is not written here is an error. Layers scale by two in the strided 4x4 form, fakes are made once for both
steps, and Adam is the fused one: PyTorch as fast as it can be written eagerly.
"""
import json
import sys
import time

import numpy
import torch
import torch.nn.functional as F

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": F.relu,
    "lrelu": lambda x: F.leaky_relu(x, 0.2),
    "silu": F.silu,
    "tanh": torch.tanh,
}


def pixel_norm(x):
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-6)


class Trainer:
    def __init__(self, job):
        torch.set_default_device(job.get("device", "cpu"))
        self.architecture, self.options = job["architecture"], job["options"]
        self.format = torch.channels_last if job["channelsLast"] else torch.contiguous_format
        a, o = self.architecture, self.options
        torch.manual_seed(o["seed"])
        self.pictures = torch.from_numpy(numpy.fromfile(job["pictures"], numpy.uint8).reshape(-1, a["resolution"], a["resolution"], a["channels"])).to(torch.get_default_device())
        self.labels = torch.tensor(job["labels"])
        self.G = {spec["name"]: self.parameter(spec) for spec in job["specsG"]}
        self.D = {spec["name"]: self.parameter(spec) for spec in job["specsD"]}
        self.average = [value.detach().clone() for value in self.G.values()]
        betas = (o["beta1"], o["beta2"])
        self.adamG = torch.optim.Adam(self.G.values(), o["learningRateG"], betas, fused=True)
        self.adamD = torch.optim.Adam(self.D.values(), o["learningRateD"], betas, fused=True)
        self.vectors = {name: F.normalize(torch.randn(value.shape[self.output_axis(name)]), dim=0) for name, value in self.D.items() if not name.endswith(".bias")}
        ones = torch.ones(1, 1, 2, 2)
        self.blur_up, self.blur_down = ones, ones / 2

    def parameter(self, spec):
        """The studio's [H,W,a,b] becomes [b,a,H,W]: [out,in,…], and [in,out,…] for up-convolutions, as PyTorch wants them."""
        initialiser, shape = spec["initialiser"], spec["shape"]
        value = {
            "normal": lambda: torch.randn(shape) * initialiser["deviation"],
            "zeros": lambda: torch.zeros(shape),
            "ones": lambda: torch.ones(shape),
        }[initialiser["kind"]]()
        if len(shape) == 4:
            value = value.permute(3, 2, 0, 1).contiguous(memory_format=self.format)
        return value.requires_grad_()

    @staticmethod
    def output_axis(name):
        return 1 if name in ("D.head.kernel", "D.embedding") else 0

    def blurred(self, kernel, box):
        a, b = kernel.shape[:2]
        return F.conv2d(kernel.reshape(a * b, 1, 3, 3), box, padding=1).reshape(a, b, 4, 4)

    def run(self, blocks, parameters, x):
        for block in blocks:
            x = getattr(self, "run_" + block["block"])(block, parameters, x)
        return x

    def run_dense(self, block, parameters, x):
        y = x @ parameters[block["name"] + ".kernel"]
        return ACTIVATIONS[block["activation"]](y + parameters[block["name"] + ".bias"] if block["biased"] else y)

    def run_reshape(self, block, parameters, x):
        if block["height"] * block["width"] == 1:
            return x.permute(0, 2, 3, 1).reshape(-1, block["outputs"])
        return x.reshape(-1, block["height"], block["width"], block["outputs"]).permute(0, 3, 1, 2).contiguous(memory_format=self.format)

    def run_convolution(self, block, parameters, x):
        kernel, bias = parameters[block["name"] + ".kernel"], parameters.get(block["name"] + ".bias")
        y = {
            "same": lambda: F.conv2d(x, kernel, bias, padding=block["taps"] // 2),
            "up": lambda: F.conv_transpose2d(x, self.blurred(kernel, self.blur_up), bias, stride=2, padding=1),
            "down": lambda: F.conv2d(x, self.blurred(kernel, self.blur_down), bias, stride=2, padding=1),
            "strided": lambda: F.conv2d(x, kernel, bias, stride=2, padding=1),
            "transposed": lambda: F.conv_transpose2d(x, kernel, bias, stride=2, padding=1),
        }[block["kind"]]()
        return ACTIVATIONS[block["activation"]](y)

    def run_normalisation(self, block, parameters, x):
        return {
            "pixel": lambda: pixel_norm(x),
            "batch": lambda: F.batch_norm(x, None, None, parameters[block["name"] + ".scale"], parameters[block["name"] + ".offset"], training=True),
        }[block["by"]]()

    def run_activation(self, block, parameters, x):
        return ACTIVATIONS[block["activation"]](x)

    def run_residual(self, block, parameters, x):
        return self.run(block["skip"], parameters, x) + block["scale"] * self.run(block["branch"], parameters, x)

    def run_sum(self, block, parameters, x):
        return x.sum((2, 3))

    def generate(self, z, labels):
        x = z if labels is None else torch.cat([z, self.G["G.embedding"][labels]], 1)
        return torch.tanh(self.run(self.architecture["generator"], self.G, x))

    def discriminate(self, parameters, x, labels):
        features = self.run(self.architecture["discriminator"], parameters, x)
        logits = (features @ parameters["D.head.kernel"] + parameters["D.head.bias"]).reshape(-1)
        return logits if labels is None else logits + (features * parameters["D.embedding"][labels]).sum(1)

    def normalised(self, parameters, keep):
        """Spectral norm with one power iteration (Miyato 2018)."""
        if not self.options["spectralNorm"]:
            return parameters
        out = dict(parameters)
        for name, u in self.vectors.items():
            value = parameters[name]
            matrix = value.reshape(value.shape[0], -1) if self.output_axis(name) == 0 else value.t()
            with torch.no_grad():
                v = F.normalize(matrix.t() @ u, dim=0, eps=1e-12)
                u = F.normalize(matrix @ v, dim=0, eps=1e-12)
                if keep:
                    self.vectors[name] = u
            out[name] = value / (u @ (matrix @ v))
        return out

    def augment(self, x):
        """DiffAugment (Zhao et al. 2020), as its authors wrote it."""
        kinds = self.options["augment"]
        n, _, side, _ = x.shape
        if "colour" in kinds:
            x = x + (torch.rand(n, 1, 1, 1) - 0.5)
            mean = x.mean(1, keepdim=True)
            x = (x - mean) * (torch.rand(n, 1, 1, 1) * 2) + mean
            mean = x.mean((1, 2, 3), keepdim=True)
            x = (x - mean) * (torch.rand(n, 1, 1, 1) + 0.5) + mean
        grid = torch.arange(side)
        if "translation" in kinds:
            reach = int(side / 8 + 0.5)
            rows = (grid[None, :] + torch.randint(-reach, reach + 1, (n, 1)) + 1).clamp(0, side + 1)
            columns = (grid[None, :] + torch.randint(-reach, reach + 1, (n, 1)) + 1).clamp(0, side + 1)
            padded = F.pad(x, [1, 1, 1, 1]).permute(0, 2, 3, 1)
            x = padded[torch.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
        if "cutout" in kinds:
            hole = int(side / 2 + 0.5)
            tops, lefts = torch.randint(0, side + 1 - hole % 2, (2, n, 1))
            rows = (grid[None, :] >= tops - hole // 2) & (grid[None, :] < tops + hole // 2)
            columns = (grid[None, :] >= lefts - hole // 2) & (grid[None, :] < lefts + hole // 2)
            x = x * (~(rows[:, :, None] & columns[:, None, :]))[:, None].float()
        return x.contiguous(memory_format=self.format)

    def loss_d(self, real, fake):
        return {
            "hinge": lambda: F.relu(1 - real).mean() + F.relu(1 + fake).mean(),
            "non-saturating": lambda: F.softplus(-real).mean() + F.softplus(fake).mean(),
            "relativistic": lambda: F.softplus(fake - real).mean(),
        }[self.options["loss"]]()

    def loss_g(self, real, fake):
        return {
            "hinge": lambda: -fake.mean(),
            "non-saturating": lambda: F.softplus(-fake).mean(),
            "relativistic": lambda: F.softplus(real - fake).mean(),
        }[self.options["loss"]]()

    def step(self):
        o, a = self.options, self.architecture
        n = o["batchSize"]
        chosen = torch.randint(0, len(self.pictures), (n,))
        real = (self.pictures[chosen].float() / 127.5 - 1).permute(0, 3, 1, 2).contiguous(memory_format=self.format)
        labels = self.labels[chosen] if a["classes"] > 0 else None
        both = None if labels is None else torch.cat([labels, labels])
        fake = self.generate(torch.randn(n, a["latentSize"]), labels)
        augmented = self.augment(real)

        x = torch.cat([augmented, self.augment(fake.detach())])
        D = self.normalised(self.D, keep=True)
        loss_d = self.loss_d(*self.discriminate(D, x, both).chunk(2))
        self.adamD.zero_grad(set_to_none=True)
        loss_d.backward()
        self.adamD.step()

        frozen = self.normalised({name: value.detach() for name, value in self.D.items()}, keep=False)
        with torch.no_grad():
            real_logits = self.discriminate(frozen, augmented, labels) if o["loss"] == "relativistic" else None
        loss_g = self.loss_g(real_logits, self.discriminate(frozen, self.augment(fake), labels))
        self.adamG.zero_grad(set_to_none=True)
        loss_g.backward()
        self.adamG.step()
        torch._foreach_lerp_(self.average, [value.detach() for value in self.G.values()], 0.01)
        return loss_d, loss_g

    def steps(self, count):
        start = time.perf_counter()
        for _ in range(count):
            losses = self.step()
        if not all(torch.isfinite(loss).item() for loss in losses):
            raise SystemExit("The losses are not finite.")
        return (time.perf_counter() - start) * 1000


trainer = None
for line in sys.stdin:
    request = json.loads(line)
    if "open" in request:
        trainer = Trainer(request["open"])
        counts = {name: sum(value.numel() for value in network.values()) for name, network in (("G", trainer.G), ("D", trainer.D))}
        reply = {"parameters": counts, "threads": torch.get_num_threads()}
    else:
        reply = {"ms": trainer.steps(request["steps"])}
    print(json.dumps(reply), flush=True)
