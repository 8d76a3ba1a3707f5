"""DCGAN's training step in PyTorch and TensorFlow, as fast as each is usually written.

    dcgan.py eager|channels_last|compile|bfloat16|function RESOLUTION WIDTH BATCH

The first four are PyTorch, `function` is TensorFlow's compiled function with its fused batch norm
and in-place Adam. Each line of the input asks for that many steps and is answered with their
wall time in milliseconds. A step: fakes made once, D on reals and fakes (each with its own batch
statistics), Adam, then G against the new D, Adam, moving average; the losses are read back.
"""
import os
import sys
import time

MODE, RESOLUTION, WIDTH, BATCH = sys.argv[1], *map(int, sys.argv[2:5])
LATENT, SLOPE, RATE, BETAS, EPSILON = 64, 0.2, 2e-4, (0.5, 0.999), 1e-5
SIDES = [side for side in (4, 8, 16, 32, 64, 128) if side < RESOLUTION]


def channels_at(side):
    return WIDTH * RESOLUTION // 2 // side


def torch_step():
    import torch
    import torch.nn.functional as F
    from torch import nn

    torch.manual_seed(1)
    last = MODE in ("channels_last", "compile", "bfloat16")

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = nn.Linear(LATENT, 16 * channels_at(4))
            self.norms = nn.ModuleList([nn.BatchNorm2d(channels_at(side)) for side in SIDES])
            outputs = [channels_at(side) for side in SIDES[1:]] + [3]
            self.ups = nn.ModuleList([nn.ConvTranspose2d(channels_at(side), out, 4, 2, 1, bias=out == 3) for side, out in zip(SIDES, outputs)])

        def forward(self, z):
            x = self.base(z).reshape(-1, channels_at(4), 4, 4)
            if last:
                x = x.contiguous(memory_format=torch.channels_last)
            for norm, up in zip(self.norms, self.ups):
                x = up(F.relu(norm(x)))
            return torch.tanh(x)

    class Discriminator(nn.Module):
        def __init__(self):
            super().__init__()
            inputs = [3] + [channels_at(side) for side in reversed(SIDES)]
            self.downs = nn.ModuleList([nn.Conv2d(a, b, 4, 2, 1, bias=a == 3) for a, b in zip(inputs, inputs[1:])])
            self.norms = nn.ModuleList([nn.Identity(), *[nn.BatchNorm2d(b) for b in inputs[2:]]])
            self.head = nn.Linear(16 * channels_at(4), 1)

        def forward(self, x):
            for down, norm in zip(self.downs, self.norms):
                x = F.leaky_relu(norm(down(x)), SLOPE)
            return self.head(x.flatten(1))[:, 0]

    G, D = Generator(), Discriminator()
    if last:
        G, D = G.to(memory_format=torch.channels_last), D.to(memory_format=torch.channels_last)
    adam_g = torch.optim.Adam(G.parameters(), RATE, BETAS, fused=True)
    adam_d = torch.optim.Adam(D.parameters(), RATE, BETAS, fused=True)
    weights = list(G.parameters())
    average = [weight.detach().clone() for weight in weights]
    generate, judge = (torch.compile(G), torch.compile(D)) if MODE == "compile" else (G, D)
    real = torch.rand(BATCH, 3, RESOLUTION, RESOLUTION) * 2 - 1
    if last:
        real = real.contiguous(memory_format=torch.channels_last)

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=MODE == "bfloat16"):
            fake = generate(torch.randn(BATCH, LATENT))
            loss_d = F.softplus(-judge(real).float()).mean() + F.softplus(judge(fake.detach()).float()).mean()
        adam_d.zero_grad()
        loss_d.backward()
        adam_d.step()
        for parameter in D.parameters():
            parameter.requires_grad_(False)
        with torch.autocast("cpu", torch.bfloat16, enabled=MODE == "bfloat16"):
            loss_g = F.softplus(-judge(fake).float()).mean()
        adam_g.zero_grad()
        loss_g.backward()
        adam_g.step()
        for parameter in D.parameters():
            parameter.requires_grad_(True)
        with torch.no_grad():
            torch._foreach_lerp_(average, weights, 0.01)
        return loss_d.item() + loss_g.item()

    return step


def tensorflow_step():
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    def weights(*shape, deviation=0.02):
        return tf.Variable(tf.random.normal(shape, stddev=deviation))

    def norm_of(channels):
        return [tf.Variable(tf.ones([channels])), tf.Variable(tf.zeros([channels]))]

    outputs = [channels_at(side) for side in SIDES[1:]] + [3]
    base, base_bias, up_bias = weights(LATENT, 16 * channels_at(4)), tf.Variable(tf.zeros([16 * channels_at(4)])), tf.Variable(tf.zeros([3]))
    norms_g = [norm_of(channels_at(side)) for side in SIDES]
    ups = [weights(4, 4, out, channels_at(side)) for side, out in zip(SIDES, outputs)]
    inputs = [3] + [channels_at(side) for side in reversed(SIDES)]
    downs = [weights(4, 4, a, b) for a, b in zip(inputs, inputs[1:])]
    norms_d = [norm_of(b) for b in inputs[2:]]
    down_bias, head, head_bias = tf.Variable(tf.zeros([inputs[1]])), weights(16 * channels_at(4), 1), tf.Variable(tf.zeros([1]))
    all_g = [base, base_bias, up_bias, *ups, *sum(norms_g, [])]
    all_d = [down_bias, head, head_bias, *downs, *sum(norms_d, [])]
    moments = {value.ref(): (tf.Variable(tf.zeros_like(value)), tf.Variable(tf.zeros_like(value))) for value in all_g + all_d}
    average = [tf.Variable(value) for value in all_g]
    updates = tf.Variable(0.0)

    def batch_norm(x, norm):
        return tf.compat.v1.nn.fused_batch_norm(x, norm[0], norm[1], epsilon=EPSILON)[0]

    def generate(z):
        x = tf.reshape(z @ base + base_bias, [-1, 4, 4, channels_at(4)])
        for side, norm, up in zip(SIDES, norms_g, ups):
            x = tf.nn.conv2d_transpose(tf.nn.relu(batch_norm(x, norm)), up, [BATCH, 2 * side, 2 * side, up.shape[2]], 2)
        return tf.tanh(x + up_bias)

    def judge(x):
        for i, down in enumerate(downs):
            x = tf.nn.conv2d(x, down, 2, "SAME")
            x = tf.nn.leaky_relu(tf.nn.bias_add(x, down_bias) if i == 0 else batch_norm(x, norms_d[i - 1]), SLOPE)
        return tf.reshape(tf.reshape(x, [BATCH, -1]) @ head + head_bias, [-1])

    def adam(values, gradients):
        powers = [tf.pow(beta, updates + 1) for beta in BETAS]
        for value, gradient in zip(values, gradients):
            m, v = moments[value.ref()]
            tf.raw_ops.ResourceApplyAdam(
                var=value.handle, m=m.handle, v=v.handle, beta1_power=powers[0], beta2_power=powers[1], lr=RATE,
                beta1=BETAS[0], beta2=BETAS[1], epsilon=1e-8, grad=gradient)

    real = tf.random.uniform([BATCH, RESOLUTION, RESOLUTION, 3], -1, 1)

    @tf.function
    def step(pictures):
        with tf.GradientTape() as tape_g:
            fake = generate(tf.random.normal([BATCH, LATENT]))
            with tf.GradientTape() as tape_d:
                loss_d = tf.reduce_mean(tf.nn.softplus(-judge(pictures))) + tf.reduce_mean(tf.nn.softplus(judge(tf.stop_gradient(fake))))
            adam(all_d, tape_d.gradient(loss_d, all_d))
            loss_g = tf.reduce_mean(tf.nn.softplus(-judge(fake)))
        adam(all_g, tape_g.gradient(loss_g, all_g))
        for mean, value in zip(average, all_g):
            mean.assign_sub(0.01 * (mean - value))
        updates.assign_add(1.0)
        return loss_d + loss_g

    return lambda: step(real).numpy()


run = tensorflow_step() if MODE == "function" else torch_step()
print("ready", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(int(line)):
        loss = run()
    assert loss == loss, "the loss is not a number"
    print((time.perf_counter() - start) * 1000, flush=True)
