"""Runs `glio bench-training` and the same step with stock PyTorch, one after the other, and prints both."""
import argparse
import copy
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from inference_baseline import make_net, read_safetensors  # noqa: E402


def loss_of(torch, outputs, target):
    """Cross-entropy plus soft Dice over four labels, WT and TC that occur; outputs weighted 1, 1/2, 1/4, sum 1."""
    functional = torch.nn.functional
    total, weights = 0, [0.5**n for n in range(len(outputs))]
    for weight, logits in zip(weights, outputs):
        logits = logits.float()
        wanted = target if logits.shape[2:] == target.shape[1:] else functional.interpolate(
            target[:, None].float(), size=logits.shape[2:], mode="nearest-exact")[:, 0].long()
        p = torch.softmax(logits, 1)
        y = functional.one_hot(wanted, logits.shape[1]).movedim(-1, 1).float()
        losses = []
        for classes in ([1], [2], [3], [4], [1, 2, 3, 4], [1, 2, 3]):
            a, b = p[:, classes].sum(1), y[:, classes].sum(1)
            if b.sum() > 0:
                losses.append(1 - (2 * (a * b).sum() + 1e-5) / (a.sum() + b.sum() + 1e-5))
        total = total + weight / sum(weights) * (functional.cross_entropy(logits, wanted) + sum(losses) / max(1, len(losses)))
    return total


def baseline(args, folder):
    import torch
    torch.set_num_threads(args.threads)
    arrays = read_safetensors(os.path.join(folder, "step.safetensors"), torch)
    net = make_net(torch, arrays).train()
    heads = [name.split(".")[0] for name in arrays if name.startswith("head") and name.endswith(".weight")]
    for head in heads[1:]:
        weight = arrays[head + ".weight"]
        layer = torch.nn.Conv3d(weight.shape[1], weight.shape[0], 1)
        layer.load_state_dict({"weight": weight, "bias": arrays[head + ".bias"]})
        setattr(net, head, layer)

    def forward_all(x):                              # as the net's own forward, with a head on each level that has one
        skips, outputs = [], {}
        levels = sum(name.startswith("enc") for name, _ in net.named_children())
        for level in range(levels):
            x = getattr(net, f"enc{level}")(x)
            skips.append(x)
        for level in reversed(range(levels - 1)):
            x = getattr(net, f"dec{level}")(torch.cat([skips[level], getattr(net, f"up{level}")(x)], 1))
            if f"head{level}" in heads:
                outputs[level] = getattr(net, f"head{level}")(x)
        return [outputs[level] for level in sorted(outputs)]

    decayed = [p for p in net.parameters() if p.dim() > 1]
    others = [p for p in net.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 1e-3}, {"params": others, "weight_decay": 0}], lr=1e-3)
    average = copy.deepcopy(net)
    image, target = arrays["image"], arrays["target"].long()
    seconds, losses = [], []
    for step in range(2 + args.steps):
        begin = time.perf_counter()
        optimizer.zero_grad()
        loss = loss_of(torch, forward_all(image), target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        with torch.no_grad():
            decay = min(0.995, (1 + step) / (10 + step))
            for mean, p in zip(average.parameters(), net.parameters()):
                mean.lerp_(p, 1 - decay)
        losses.append(loss.item())
        if step >= 2:
            seconds.append(time.perf_counter() - begin)
    print(json.dumps({"seconds_per_step": statistics.median(seconds), "loss": losses, "torch": torch.__version__,
                      "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--glio", default="glio")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--window", type=int, default=64)
    parser.add_argument("--widths", type=int, nargs="+", default=[16, 32, 64, 128, 256])
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--folder", default="", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.folder:
        return baseline(args, args.folder)
    with tempfile.TemporaryDirectory() as folder:
        rows = {}
        for precision in ("fp32", "bf16"):
            print("bench: ours, " + precision, file=sys.stderr)
            command = [args.glio, "bench-training", "--folder", folder, "--precision", precision, "--window", str(args.window),
                       "--steps", str(args.steps), "--threads", str(args.threads), "--widths", *map(str, args.widths)]
            rows["ours-" + precision] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        print("bench: PyTorch", file=sys.stderr)
        command = [sys.executable, os.path.abspath(__file__), "--folder", folder, "--steps", str(args.steps),
                   "--threads", str(args.threads)]
        base = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.splitlines()[-1])
    version = base.pop("torch")
    rows["pytorch-fp32"] = base
    for row in rows.values():
        row["ratio"] = base["seconds_per_step"] / row["seconds_per_step"]
    if args.json:
        print(json.dumps({"baseline": f"PyTorch {version} eager float32, {args.threads} threads", "rows": rows}))
        return
    print(f"Training step, {args.window}^3, widths {'-'.join(map(str, args.widths))}, {args.threads} threads; "
          f"baseline PyTorch {version} eager float32")
    print(f"{'way':14} {'s/step':>8} {'ratio':>6} {'peak MB':>8} {'loss first':>11} {'loss last':>10}")
    for way, row in rows.items():
        print(f"{way:14} {row['seconds_per_step']:8.3f} {row['ratio']:6.2f} {row['peak_rss_mb']:8.0f} "
              f"{row['loss'][0]:11.5f} {row['loss'][-1]:10.5f}")


if __name__ == "__main__":
    main()
