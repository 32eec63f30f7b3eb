"""MLServer with an onnxruntime model of one's own, without its metrics and its processes: V2 in JSON.

    python serve_mlserver.py --model model.onnx --name NAME --port PORT
"""

import argparse
import asyncio
import os
import sys

import numpy as np
import onnxruntime
from mlserver import MLModel, MLServer
from mlserver.codecs import NumpyCodec
from mlserver.settings import ModelParameters, ModelSettings, Settings
from mlserver.types import InferenceRequest, InferenceResponse


class Digits(MLModel):
    async def load(self) -> bool:
        self.session = onnxruntime.InferenceSession(self.settings.parameters.uri)
        self.input_name = self.session.get_inputs()[0].name
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        pixels = NumpyCodec.decode_input(payload.inputs[0])
        pictures = pixels.reshape(-1, 1, 28, 28).astype(np.float32, copy=False)
        probabilities = self.session.run(None, {self.input_name: pictures})[0]
        return InferenceResponse(model_name=self.name,
                                 outputs=[NumpyCodec.encode_output("probabilities", probabilities)])


async def main() -> None:
    arguments = argparse.ArgumentParser()
    for option in ("--model", "--name", "--port"):
        arguments.add_argument(option, required=True)
    options = arguments.parse_args()
    port = int(options.port)
    settings = Settings(debug=False, host="127.0.0.1", http_port=port, grpc_port=port + 1,
                        parallel_workers=0, metrics_endpoint=None, logging_settings=None,
                        use_structured_logging=False)
    model = ModelSettings(name=options.name, implementation=Digits,
                          parameters=ModelParameters(uri=options.model, version="1"))
    await MLServer(settings).start([model])


asyncio.run(main())
