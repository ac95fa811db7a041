"""Runs `glio bench-inference` and the same pass with stock PyTorch, one after the other, and prints both."""
import argparse
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time


def read_safetensors(path, torch):
    types = {"F32": torch.float32, "F16": torch.float16, "U8": torch.uint8}
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    arrays = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data, dtype=types[entry["dtype"]], count=(end - begin) // types[entry["dtype"]].itemsize,
                                offset=begin) if end > begin else torch.empty(0, dtype=types[entry["dtype"]])
        arrays[name] = flat.reshape(entry["shape"])
    return arrays


def make_net(torch, weights):
    """The plain 3D U-Net of algorithms.md as anyone would write it in PyTorch."""
    nn = torch.nn
    levels = sum(name.endswith("conv1.weight") and name.startswith("enc") for name in weights)

    class Block(nn.Module):
        def __init__(self, prefix, stride):
            super().__init__()
            first, second = weights[prefix + ".conv1.weight"], weights[prefix + ".conv2.weight"]
            out = first.shape[0]
            self.conv1 = nn.Conv3d(first.shape[1], out, 3, stride, 1, bias=False)
            self.norm1 = nn.InstanceNorm3d(out, affine=True)
            self.conv2 = nn.Conv3d(second.shape[1], out, 3, 1, 1, bias=False)
            self.norm2 = nn.InstanceNorm3d(out, affine=True)
            self.act = nn.LeakyReLU(0.01)

        def forward(self, x):
            return self.act(self.norm2(self.conv2(self.act(self.norm1(self.conv1(x))))))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            for level in range(levels):
                setattr(self, f"enc{level}", Block(f"enc{level}", 1 if level == 0 else 2))
            for level in range(levels - 1):
                up = weights[f"up{level}.weight"]
                setattr(self, f"up{level}", nn.ConvTranspose3d(up.shape[0], up.shape[1], 2, 2))
                setattr(self, f"dec{level}", Block(f"dec{level}", 1))
            head = weights["head0.weight"]
            self.head0 = nn.Conv3d(head.shape[1], head.shape[0], 1)

        def forward(self, x):
            skips = []
            for level in range(levels):
                x = getattr(self, f"enc{level}")(x)
                skips.append(x)
            for level in reversed(range(levels - 1)):
                x = getattr(self, f"dec{level}")(torch.cat([skips[level], getattr(self, f"up{level}")(x)], 1))
            return self.head0(x)

    net = Net().eval()
    wanted = net.state_dict()
    net.load_state_dict({name: weights[name].float() for name in wanted})
    return net


def starts(size, window, overlap):
    count = -(-round((size - window) / (window * (1 - overlap)) * 1e9) // 10**9) + 1
    return [round((size - window) / max(1, count - 1) * i) for i in range(count)]


def gaussian(torch, window):
    x = torch.arange(window, dtype=torch.float32) - window // 2
    line = torch.exp(-0.5 * (x / (window / 8)) ** 2)
    return 10 * line[:, None, None] * line[None, :, None] * line[None, None, :]


def baseline(args, folder):
    import torch
    torch.set_num_threads(args.threads)
    arrays = read_safetensors(os.path.join(folder, "case.safetensors"), torch)
    net = make_net(torch, read_safetensors(os.path.join(folder, "model", "model.safetensors"), torch))
    image, window = arrays["image"].clone(), args.window
    weight = gaussian(torch, window)
    best, peak = float("inf"), 0
    with torch.inference_mode():
        net(torch.zeros(1, image.shape[0], window, window, window))
        for _ in range(args.repeats):
            begin = time.perf_counter()
            shape = image.shape[1:]
            total, weights = None, torch.zeros(shape)
            for d in starts(shape[0], window, args.overlap):
                for h in starts(shape[1], window, args.overlap):
                    for w in starts(shape[2], window, args.overlap):
                        where = (slice(d, d + window), slice(h, h + window), slice(w, w + window))
                        logits = net(image[(slice(None), *where)][None])[0]
                        if total is None:
                            total = torch.zeros(logits.shape[0], *shape)
                        total[(slice(None), *where)] += logits * weight
                        weights[where] += weight
            probabilities = torch.softmax(total / weights, 0)
            best = min(best, time.perf_counter() - begin)
    mask = probabilities.argmax(0).to(torch.uint8)
    classes = probabilities.shape[0]
    result = {"seconds": best, "torch": torch.__version__, "threads": torch.get_num_threads(),
              "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "compare": {}}
    for name in args.compare:
        ours = torch.frombuffer(bytearray(open(os.path.join(folder, name + ".mask"), "rb").read()), dtype=torch.uint8).reshape(mask.shape)
        dice = {"whole": [(ours > 0), (mask > 0)]}
        for c in range(1, classes):
            dice[str(c)] = [ours == c, mask == c]
        result["compare"][name] = {
            key: (2.0 * (a & b).sum().item() / (a.sum().item() + b.sum().item()) if (a.any() or b.any()) else None)
            for key, (a, b) in dice.items()}
        result["compare"][name]["agree"] = (ours == mask).float().mean().item()
    print(json.dumps(result))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--glio", default="glio")
    parser.add_argument("--model", default="", help="a model's folder or name; default: random weights, 16 channels, 5 levels")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--window", type=int, default=96)
    parser.add_argument("--overlap", type=float, default=0.5)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--size", type=int, nargs=3, default=[240, 240, 155])
    parser.add_argument("--only", nargs="*", default=["fused-bf16", "fused-fp32", "torch-fp32"], help="our ways to run it")
    parser.add_argument("--compare", nargs="*", default=None, help=argparse.SUPPRESS)
    parser.add_argument("--folder", default="", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.folder:
        return baseline(args, args.folder)

    with tempfile.TemporaryDirectory() as folder:
        ours = {}
        ways = [(way, []) for way in args.only] + [("fused-bf16-head", ["--skip-empty"])]
        for way, extra in ways:
            kind, precision = way.split("-")[:2]
            command = [args.glio, "bench-inference", "--folder", folder, "--runner", kind, "--precision", precision,
                       "--window", str(args.window), "--overlap", str(args.overlap), "--repeats", str(args.repeats),
                       "--mask", way, "--size", *map(str, args.size), *extra]
            if args.model:
                command += ["--model", args.model]
            print("bench: " + way, file=sys.stderr)
            done = subprocess.run(command, stdout=subprocess.PIPE, env={**os.environ, "GLIO_THREADS": str(args.threads)})
            if done.returncode == 0:
                ours[way] = json.loads(done.stdout)
        print("bench: PyTorch", file=sys.stderr)
        command = [sys.executable, os.path.abspath(__file__), "--folder", folder, "--window", str(args.window),
                   "--overlap", str(args.overlap), "--repeats", str(args.repeats), "--threads", str(args.threads),
                   "--compare", *ours]
        base = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.splitlines()[-1])

    rows = {"pytorch-fp32": {"seconds": base["seconds"], "peak_rss_mb": base["peak_rss_mb"], "ratio": 1.0}}
    for way, result in ours.items():
        dice = base["compare"][way]
        rows[way] = {"seconds": result["seconds"], "peak_rss_mb": result["peak_rss_mb"], "windows": result["windows"],
                     "ratio": base["seconds"] / result["seconds"], "dice": dice}
    if args.json:
        print(json.dumps({"baseline": f"PyTorch {base['torch']} eager float32, {base['threads']} threads", "rows": rows}))
        return
    print(f"Whole case {'x'.join(map(str, args.size))}, 4 sequences, windows {args.window}^3, overlap {args.overlap}, "
          f"{args.threads} threads; baseline PyTorch {base['torch']} eager float32")
    print(f"{'way':20} {'seconds':>8} {'ratio':>6} {'peak MB':>8} {'windows':>8} {'Dice whole':>11} {'Dice lowest':>12} {'agree':>8}")
    for way, row in rows.items():
        dice = row.get("dice", {})
        values = [v for k, v in dice.items() if k not in ("agree", "whole") and v is not None]
        print(f"{way:20} {row['seconds']:8.2f} {row['ratio']:6.2f} {row['peak_rss_mb']:8.0f} {row.get('windows', ''):>8} "
              f"{dice.get('whole') if dice.get('whole') is not None else 1:11.5f} {min(values, default=1):12.5f} {dice.get('agree', 1):8.5f}")


if __name__ == "__main__":
    main()
