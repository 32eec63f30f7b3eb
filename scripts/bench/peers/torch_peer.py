"""PyTorch in eager mode, as a peer of the benchmark."""

import sys

sys.dont_write_bytecode = True  # No __pycache__ in the project.
import peer


def main():
    answers = peer.claim_stdout()
    args = peer.arguments(["eager"])
    import torch

    torch.set_num_threads(args.threads)
    images, labels = peer.load_digits(args.images, args.labels)
    peer.serve(TorchEager(torch, images, labels), len(images), answers)


class TorchEager(peer.Peer):
    name = "PyTorch eager"

    def __init__(self, torch, images, labels):
        self.torch = torch
        self.version = f"torch {torch.__version__}"
        self.images = torch.from_numpy(images).permute(0, 3, 1, 2)
        self.labels = torch.from_numpy(labels)
        layouts = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}
        self.train_forms = {
            f"{layout}, {adam} Adam": self.train_with(memory_format, {adam: True})
            for layout, memory_format in layouts.items()
            for adam in ("fused", "foreach")
        }
        self.predict_forms = {
            layout: self.predict_with(memory_format) for layout, memory_format in layouts.items()
        }

    def train_with(self, memory_format, adam):
        torch = self.torch
        model = cnn(torch).to(memory_format=memory_format).train()
        images = self.images.contiguous(memory_format=memory_format)
        optimizer = torch.optim.Adam(model.parameters(), 1e-3, **adam)
        loss_of = torch.nn.CrossEntropyLoss()

        def train(count, batch):
            for some in torch.randperm(count).split(batch):
                optimizer.zero_grad(set_to_none=True)
                loss_of(model(images[some]), self.labels[some]).backward()
                optimizer.step()

        return train

    def predict_with(self, memory_format):
        torch = self.torch
        model = cnn(torch).to(memory_format=memory_format).eval()
        images = self.images.contiguous(memory_format=memory_format)

        def predict(first, count):
            with torch.inference_mode():
                return model(images[first : first + count]).softmax(1).numpy()

        return predict


def cnn(torch):
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(1600, 10),
    )


if __name__ == "__main__":
    main()
