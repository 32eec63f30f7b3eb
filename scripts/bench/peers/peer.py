"""The line protocol between the benchmark and a peer.

The benchmark starts a peer and waits for one line of JSON, {"name", "version"}.
Then it asks by lines, and each is answered by one line:

    {"measure": "train", "images": 12800, "batch": 128}   -> {"imagesPerSecond", "form"}
    {"measure": "predict", "images": 12800, "batch": 256} -> {"imagesPerSecond", "form"}
    {"measure": "latency", "images": 200}                 -> {"medianMs", "p99Ms", "form"}

What can't be answered is {"error"}. A peer ends with its standard input.
"""

import argparse
import json
import os
import sys
import time

WARM_UP_BATCHES = 10
TRIAL_BATCHES = 30


def claim_stdout():
    """Keeps standard output for answers: what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


def arguments(forms):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", required=True, help=".npy, uint8 [n, 28, 28] or [n, 28, 28, 1]")
    parser.add_argument("--labels", required=True, help=".npy, integers [n]")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--form", choices=forms, required=True)
    return parser.parse_args()


def load_digits(images, labels):
    """float32 0..1 [n, 28, 28, 1] and int64 [n]."""
    import numpy

    pixels = numpy.load(images).reshape(-1, 28, 28, 1).astype(numpy.float32) / 255
    return pixels, numpy.load(labels).reshape(-1).astype(numpy.int64)


class Peer:
    """What a peer fills in: ways to do the same thing, by name. The fastest of them counts."""

    name = ""
    version = ""
    # function(count, batch): trains over the first images
    train_forms = {}
    # function(first, count): probabilities of images, computed when it returns
    predict_forms = {}


class Measures:
    """Answers requests. Nothing that happens for the first time is timed."""

    def __init__(self, peer, image_count):
        self.peer = peer
        self.image_count = image_count
        self.chosen = {}  # (measure, batch size) -> name of the fastest form

    def answer(self, request):
        measures = {"train": self.train, "predict": self.predict, "latency": self.latency}
        return measures[request.pop("measure")](**request)

    def train(self, images, batch):
        return self.images_per_second("train", self.peer.train_forms, images, batch)

    def predict(self, images, batch):
        return self.images_per_second("predict", self.all_predict_forms(), images, batch)

    def latency(self, images):
        form = self.fastest("predict", self.all_predict_forms(), 1)
        predict = self.peer.predict_forms[form]
        count = min(images, self.image_count)
        times = sorted(1000 * seconds(lambda: predict(i, 1)) for i in range(count))
        return {"medianMs": times[count // 2], "p99Ms": times[count * 99 // 100], "form": form}

    def images_per_second(self, measure, forms, images, batch):
        form = self.fastest(measure, forms, batch)
        count = min(images, self.image_count)
        return {"imagesPerSecond": count / seconds(lambda: forms[form](count, batch)), "form": form}

    def fastest(self, measure, forms, batch):
        if (measure, batch) not in self.chosen:
            trials = {}
            for name, form in forms.items():
                form(WARM_UP_BATCHES * batch, batch)
                trials[name] = min(
                    seconds(lambda: form(TRIAL_BATCHES * batch, batch)) for _ in range(2)
                )
            self.chosen[measure, batch] = min(trials, key=trials.get)
        return self.chosen[measure, batch]

    def all_predict_forms(self):
        return {name: in_batches(form) for name, form in self.peer.predict_forms.items()}


def in_batches(predict):
    def predict_all(count, batch):
        for first in range(0, count, batch):
            predict(first, min(batch, count - first))

    return predict_all


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def serve(peer, image_count, answers):
    def say(value):
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    measures = Measures(peer, image_count)
    say({"name": peer.name, "version": peer.version})
    for line in sys.stdin:
        try:
            say(measures.answer(json.loads(line)))
        except Exception as error:
            say({"error": f"{type(error).__name__}: {error}"})
