"""Judges an exported model as Python users would: `check_onnx.py MODEL IMAGES COUNT`.

IMAGES has raw float32. Prints what onnx.checker and ONNX Runtime find, as JSON.
"""

import json
import sys

import numpy
import onnx
import onnxruntime

model_path, images_path, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
model = onnx.load(model_path)
onnx.checker.check_model(model, full_check=True)
session = onnxruntime.InferenceSession(model_path, providers=["CPUExecutionProvider"])
[port] = session.get_inputs()
[result] = session.get_outputs()
images = numpy.fromfile(images_path, numpy.float32).reshape(count, *port.shape[1:])
[probabilities] = session.run(None, {port.name: images})
print(json.dumps({
    "input": [port.name, port.type, port.shape],
    "output": [result.name, result.type, result.shape],
    "operators": sorted({node.op_type for node in model.graph.node}),
    "probabilities": probabilities.reshape(-1).tolist(),
}))
