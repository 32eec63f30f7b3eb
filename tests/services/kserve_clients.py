"""Asks a server in every way that KServe's and Triton's clients and requests know.

The argument is JSON: the server's url, its model, pictures of bytes and what the model
makes of them. Prints a line for each check that holds; fails with the first that doesn't.
"""

import asyncio
import json
import subprocess
import sys

import numpy as np
import requests
import tritonclient.http as triton
from kserve import InferenceRESTClient, InferInput, InferOutput, InferRequest, RESTConfig

given = json.loads(sys.argv[1])
url, model = given["url"], given["model"]
pictures = np.array(given["pictures"], np.uint8).reshape(-1, 28, 28)
expected = np.array(given["probabilities"], np.float32).reshape(len(pictures), -1)
classes = expected.argmax(1)
shares = (pictures / 255).astype(np.float32)


def check(what, truth):
    assert truth, what
    print(what)


def close(values):
    return np.allclose(np.asarray(values, np.float32).reshape(expected.shape), expected, atol=1e-5)


def with_triton():
    client = triton.InferenceServerClient(url.removeprefix("http://"))
    check("triton: live, ready, model ready", client.is_server_live() and client.is_server_ready()
          and client.is_model_ready(model) and client.is_model_ready(model, "1"))
    check("triton: server metadata", "binary_tensor_data" in client.get_server_metadata()["extensions"])
    metadata = client.get_model_metadata(model, "1")
    check("triton: model metadata", metadata["inputs"][0]["name"] == "image")
    check("triton: model config", client.get_model_config(model)["name"] == model)
    index = client.get_model_repository_index()
    check("triton: repository index", [row["name"] for row in index] == [model])

    for shape in ([28, 28], [28, 28, 1], [1, 28, 28], [784]):
        for datatype, values in (("UINT8", pictures), ("FP32", shares), ("FP64", pictures / 255),
                                 ("INT64", pictures.astype(np.int64)), ("INT32", pictures.astype(np.int32))):
            for binary in (True, False):
                image = triton.InferInput("image", [len(pictures), *shape], datatype)
                image.set_data_from_numpy(values.reshape(-1, *shape), binary_data=binary)
                outputs = [triton.InferRequestedOutput("probabilities", binary_data=binary),
                           triton.InferRequestedOutput("class", binary_data=not binary),
                           triton.InferRequestedOutput("label", binary_data=binary)]
                answer = client.infer(model, [image], outputs=outputs, request_id="seven")
                assert answer.get_response()["id"] == "seven"
                assert close(answer.as_numpy("probabilities")), (shape, datatype, binary)
                assert (answer.as_numpy("class") == classes).all()
                labels = [str(x, "utf-8") if isinstance(x, bytes) else x for x in answer.as_numpy("label")]
                assert labels == [str(k) for k in classes]
    check("triton: every shape and datatype, as bytes and in JSON", True)

    image = triton.InferInput("image", [len(pictures), 28, 28], "FP16")
    image.set_data_from_numpy(shares.astype(np.float16))
    half = client.infer(model, [image]).as_numpy("probabilities")
    check("triton: FP16, and no outputs named", np.abs(half - expected).max() < 0.01)
    for algorithm in ("gzip", "deflate"):
        answer = client.infer(model, [image], request_compression_algorithm=algorithm,
                              response_compression_algorithm=algorithm, model_version="1")
        assert (answer.as_numpy("probabilities") == half).all()
    check("triton: gzip and deflate, and a version", True)

    image = triton.InferInput("image", [len(pictures), 28, 28], "UINT8")
    image.set_data_from_numpy(pictures)
    for binary in (True, False):
        top = client.infer(model, [image], outputs=[
            triton.InferRequestedOutput("probabilities", binary_data=binary, class_count=3)])
        first = [str(row[0], "utf-8") if isinstance(row[0], bytes) else row[0]
                 for row in top.as_numpy("probabilities")]
        assert [int(text.split(":")[1]) for text in first] == list(classes), first
    check("triton: classification", True)

    jobs = [client.async_infer(model, [image]) for _ in range(20)]
    check("triton: asynchronous", all(close(job.get_result().as_numpy("probabilities")) for job in jobs))
    stats = client.get_inference_statistics(model)["model_stats"][0]
    check("triton: statistics", stats["inference_count"] > 20 * len(pictures))
    for wrong, text in ((lambda: client.infer("no", [image]), "Cannot find model"),
                        (lambda: client.infer(model, [triton.InferInput("x", [1], "UINT8")
                                                      .set_data_from_numpy(np.zeros(1, np.uint8))]),
                         'inputs[0].name as "image"')):
        try:
            wrong()
            assert False, text
        except triton.InferenceServerException as error:
            assert text in error.message(), error
    check("triton: errors say what is wrong", True)


async def with_kserve():
    for protocol in ("v1", "v2"):
        client = InferenceRESTClient(RESTConfig(protocol=protocol, retries=0))
        live = await client.is_server_live(url)
        ready = await client.is_server_ready(url) if protocol == "v2" else True
        check(f"kserve {protocol}: live, ready, model ready",
              live and ready and await client.is_model_ready(url, model))
        if protocol == "v1":
            answer = await client.infer(url, {"instances": pictures.tolist()}, model_name=model)
            check("kserve v1: predict", close([row["probabilities"] for row in answer["predictions"]]))
    for binary in (True, False):
        for datatype, values in (("FP32", shares), ("UINT8", pictures)):
            image = InferInput("image", [len(pictures), 28, 28], datatype)
            image.set_data_from_numpy(values, binary_data=binary)
            request = InferRequest(model_name=model, infer_inputs=[image], request_id="7")
            answer = await client.infer(url, request, model_name=model)
            output = next(each for each in answer.outputs if each.name == "probabilities")
            assert close(output.as_numpy()) and answer.id == "7", (binary, datatype)
    check("kserve v2: infer as bytes and in JSON", True)


def with_requests():
    predict = f"{url}/v1/models/{model}:predict"
    bodies = [{"instances": pictures.tolist()}, {"inputs": pictures.reshape(-1, 784).tolist()},
              {"instances": (pictures / 255).tolist()}, {"instances": shares[..., None].tolist()}]
    for body in bodies:
        answer = requests.post(predict, json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        assert close([row["probabilities"] for row in answer.json()["predictions"]])
    check("requests: instances and inputs", True)
    check("requests: models", requests.get(f"{url}/v1/models", timeout=10).json() == {"models": [model]}
          and requests.get(f"{url}/v1/models/{model}", timeout=10).json()["ready"] is True
          and requests.get(url, timeout=10).json() == {"status": "alive"})
    infer = f"{url}/v2/models/{model}/infer"
    body = {"inputs": [{"name": "image", "shape": list(pictures.shape), "datatype": "FP32",
                        "data": shares.tolist()}], "outputs": [{"name": "probabilities"}]}
    answer = requests.post(infer, json=body, timeout=10).json()
    check("requests: V2 with nested lists", close(answer["outputs"][0]["data"]))
    nan = json.dumps({"instances": [[float("nan")] * 784]})
    answer = requests.post(predict, data=nan, timeout=10)
    check("requests: NaN", answer.status_code == 400 and "instances[0][0]" in answer.json()["error"])


def with_curl():
    body = json.dumps({"instances": pictures.tolist()})
    out = subprocess.run(["curl", "-sS", "-d", "@-", f"{url}/v1/models/{model}:predict"],
                         input=body.encode(), capture_output=True, check=True).stdout
    check("curl: predict", close([row["probabilities"] for row in json.loads(out)["predictions"]]))


with_triton()
asyncio.run(with_kserve())
with_requests()
with_curl()
