"""KServe's own model server, with its access log off: V1, V2 in JSON and as bytes.

    python serve_kserve.py --model model.onnx --name NAME --port PORT
"""

import argparse
import logging

import numpy as np
import onnxruntime
from kserve import InferOutput, InferRequest, InferResponse, Model, ModelServer

arguments = argparse.ArgumentParser()
for option in ("--model", "--name", "--port"):
    arguments.add_argument(option, required=True)
options = arguments.parse_args()


class Digits(Model):
    def load(self):
        self.session = onnxruntime.InferenceSession(options.model)
        self.input_name = self.session.get_inputs()[0].name
        self.ready = True
        return True

    def run(self, pixels):
        pictures = pixels.reshape(-1, 1, 28, 28)
        if pictures.dtype != np.float32:
            pictures = pictures.astype(np.float32) / 255
        return self.session.run(None, {self.input_name: pictures})[0]

    async def predict(self, payload, headers=None, response_headers=None):
        if not isinstance(payload, InferRequest):
            probabilities = self.run(np.array(payload["instances"], np.uint8))
            return {"predictions": [
                {"label": str(best), "class": best, "probabilities": row}
                for best, row in zip(probabilities.argmax(1).tolist(), probabilities.tolist())]}
        probabilities = self.run(payload.inputs[0].as_numpy())
        output = InferOutput("probabilities", list(probabilities.shape), "FP32")
        output.set_data_from_numpy(probabilities, binary_data=bool(payload.use_binary_outputs))
        return InferResponse(payload.id, self.name, [output])


model = Digits(options.name)
model.load()
logging.getLogger("uvicorn.access").disabled = True
for name in ("kserve", "kserve.trace", "uvicorn"):
    logging.getLogger(name).setLevel(logging.WARNING)
ModelServer(http_port=int(options.port), enable_grpc=False, workers=1,
            enable_latency_logging=False).start([model])
