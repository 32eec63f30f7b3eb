"""FastAPI and onnxruntime as one would put them together by hand: V1, V2 in JSON and as bytes.

    python serve_fastapi.py --model model.onnx --name NAME --port PORT
"""

import argparse

import numpy as np
import onnxruntime
import orjson
import uvicorn
from fastapi import FastAPI, Request, Response

arguments = argparse.ArgumentParser()
for option in ("--model", "--name", "--port"):
    arguments.add_argument(option, required=True)
options = arguments.parse_args()

session = onnxruntime.InferenceSession(options.model)
input_name = session.get_inputs()[0].name
app = FastAPI(openapi_url=None)
TYPES = {"FP32": np.float32, "UINT8": np.uint8}
LENGTH = "inference-header-content-length"


def predict(pixels: np.ndarray) -> np.ndarray:
    pictures = pixels.reshape(-1, 1, 28, 28)
    if pictures.dtype != np.float32:
        pictures = pictures.astype(np.float32) / 255
    return session.run(None, {input_name: pictures})[0]


@app.get("/ready")
async def ready() -> Response:
    return Response("true")


@app.post("/v1/models/{name}:predict")
async def predict_v1(name: str, request: Request) -> Response:
    body = orjson.loads(await request.body())
    probabilities = predict(np.array(body["instances"], np.uint8))
    predictions = [{"label": str(best), "class": best, "probabilities": row}
                   for best, row in zip(probabilities.argmax(1).tolist(), probabilities.tolist())]
    return Response(orjson.dumps({"predictions": predictions}), media_type="application/json")


@app.post("/v2/models/{name}/infer")
async def infer_v2(name: str, request: Request) -> Response:
    body = await request.body()
    length = request.headers.get(LENGTH)
    head = orjson.loads(body if length is None else body[: int(length)])
    tensor = head["inputs"][0]
    dtype = TYPES[tensor["datatype"]]
    pixels = (np.array(tensor["data"], dtype) if length is None
              else np.frombuffer(body, dtype, offset=int(length)))
    probabilities = predict(pixels)
    output = {"name": "probabilities", "datatype": "FP32", "shape": list(probabilities.shape)}
    answer = {"model_name": name, "model_version": "1", "outputs": [output]}
    if length is None:
        output["data"] = probabilities.ravel().tolist()
        return Response(orjson.dumps(answer), media_type="application/json")
    data = probabilities.tobytes()
    output["parameters"] = {"binary_data_size": len(data)}
    json = orjson.dumps(answer)
    return Response(json + data, media_type="application/octet-stream",
                    headers={LENGTH: str(len(json))})


uvicorn.run(app, host="127.0.0.1", port=int(options.port), access_log=False, log_level="warning")
