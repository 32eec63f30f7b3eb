"""MLflow's own Python client, measured against a tracking server.

Answers each line of JSON with one line of JSON, as peer.py does:

    {"measure": "log_batch", "points": 100000, "names": 10}       -> {"seconds"}
    {"measure": "log_metrics", "points": 10000, "names": 10}      -> {"seconds"}
    {"measure": "log_metrics_async", "points": 10000, "names": 10} -> {"seconds"}
    {"measure": "upload", "file": "…"}     -> {"seconds", "artifact": "runs:/…"}
    {"measure": "download", "artifact": "runs:/…", "folder": "…"} -> {"seconds"}
"""

import argparse
import json
import os
import sys
import time

import mlflow
from mlflow.entities import Metric
from peer import claim_stdout

POINTS_PER_BATCH = 1000  # the most that MLflow takes


def values(points, names):
    """(name, value, timestamp, step) in the order in which training gives them."""
    now = int(1000 * time.time())
    return [
        (f"metric_{i % names}", 1 / (i + 1), now + i // names, i // names) for i in range(points)
    ]


def log_batch(points, names):
    """Chunks of the largest size that MLflow takes."""
    client = mlflow.MlflowClient()
    run_id = client.create_run("0").info.run_id
    rows = values(points, names)
    start = time.perf_counter()
    for i in range(0, points, POINTS_PER_BATCH):
        client.log_batch(run_id, [Metric(*row) for row in rows[i : i + POINTS_PER_BATCH]])
    return {"seconds": time.perf_counter() - start}


def log_metrics(points, names, synchronous=True):
    """All names of a step at once, as training loops do."""
    rows = values(points, names)
    with mlflow.start_run():
        start = time.perf_counter()
        for i in range(0, points, names):
            metrics = {name: value for name, value, _, _ in rows[i : i + names]}
            mlflow.log_metrics(metrics, step=i // names, synchronous=synchronous)
        if not synchronous:
            mlflow.flush_async_logging()
        return {"seconds": time.perf_counter() - start}


def log_metrics_async(points, names):
    return log_metrics(points, names, synchronous=False)


def upload(file):
    with mlflow.start_run() as run:
        start = time.perf_counter()
        mlflow.log_artifact(file)
        seconds = time.perf_counter() - start
    return {"seconds": seconds, "artifact": f"runs:/{run.info.run_id}/{os.path.basename(file)}"}


def download(artifact, folder):
    start = time.perf_counter()
    mlflow.artifacts.download_artifacts(artifact, dst_path=folder)
    return {"seconds": time.perf_counter() - start}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tracking-uri", required=True)
    mlflow.set_tracking_uri(parser.parse_args().tracking_uri)
    forms = (log_batch, log_metrics, log_metrics_async, upload, download)
    measures = {form.__name__: form for form in forms}
    answers = claim_stdout()
    print(json.dumps({"name": "MLflow", "version": mlflow.__version__}), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = measures[request.pop("measure")](**request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
