"""Reads compiled pipelines (texts in the JSON of stdin, by name) as Kubeflow would.

Prints by name what the SDK's loader made of it and what its protobufs hold. An unknown field, a
value of a wrong type or a schema version that it does not know ends the script.
"""
import json
import sys

import yaml
from google.protobuf import json_format
from kfp import components
from kfp.kubernetes import kubernetes_executor_config_pb2
from kfp.pipeline_spec import pipeline_spec_pb2


def read(text):
    component = components.load_component_from_text(text)
    spec, *platforms = yaml.safe_load_all(text)
    parsed = json_format.ParseDict(spec, pipeline_spec_pb2.PipelineSpec())
    result = {
        "name": component.name,
        "inputs": {name: str(value.type) for name, value in (component.component_spec.inputs or {}).items()},
        "documents": [spec, *platforms],
        "spec": json_format.MessageToDict(parsed),
        "kubernetes": {},
    }
    for platform in platforms:
        json_format.ParseDict(platform, pipeline_spec_pb2.PlatformSpec())
        executors = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
        for name, config in executors.items():
            message = kubernetes_executor_config_pb2.KubernetesExecutorConfig()
            result["kubernetes"][name] = json_format.MessageToDict(json_format.ParseDict(config, message))
    return result


print(json.dumps({name: read(text) for name, text in json.load(sys.stdin).items()}))
