"""The constructs of the Kubeflow Pipelines SDK's documentation, compiled by that SDK.

Prints one JSON object: by pipeline the documents of its YAML, and texts of components. Every component is a container
component, so that kfp_pipelines.ts can state the very same.
"""
import json
import os
import tempfile
from typing import Dict, List

import yaml
from kfp import compiler, components, dsl, kubernetes
from kfp.dsl import Artifact, Dataset, Input, Metrics, Model, Output

IMAGE = "example.com/tool:1"


@dsl.container_component
def hello(name: str, greeting: dsl.OutputPath(str)):
    return dsl.ContainerSpec(image=IMAGE, command=["hello"], args=[name, greeting])


@dsl.container_component
def add(a: int, b: int, total: dsl.OutputPath(int), scale: float = 1.5):
    return dsl.ContainerSpec(
        image=IMAGE, command=["add"], args=["--a", a, "--b", b, f"--scale={scale}", total]
    )


@dsl.container_component
def show(text: str):
    return dsl.ContainerSpec(image=IMAGE, command=["show"], args=[text])


@dsl.container_component
def show_number(number: float):
    return dsl.ContainerSpec(image=IMAGE, command=["show"], args=[number])


@dsl.container_component
def flip(side: dsl.OutputPath(str)):
    return dsl.ContainerSpec(image=IMAGE, command=["flip"], args=[side])


@dsl.container_component
def roll(number: dsl.OutputPath(int)):
    return dsl.ContainerSpec(image=IMAGE, command=["roll"], args=[number])


@dsl.container_component
def make_list(items: dsl.OutputPath(List[str])):
    return dsl.ContainerSpec(image=IMAGE, command=["make-list"], args=[items])


@dsl.container_component
def sum_all(numbers: List[int], total: dsl.OutputPath(int)):
    return dsl.ContainerSpec(image=IMAGE, command=["sum"], args=[numbers, total])


@dsl.container_component
def make_dataset(text: str, dataset: Output[Dataset]):
    return dsl.ContainerSpec(
        image=IMAGE, command=["make-dataset"], args=[text, dataset.uri, dataset.path]
    )


@dsl.container_component
def train_model(dataset: Input[Dataset], epochs: int, model: Output[Model], metrics: Output[Metrics]):
    return dsl.ContainerSpec(
        image=IMAGE,
        command=["train", "--from", dataset.path],
        args=["--uri", dataset.uri, "--epochs", epochs, model.path, metrics.path],
    )


@dsl.container_component
def choose_model(models: Input[List[Model]], best: Output[Model]):
    return dsl.ContainerSpec(
        image=IMAGE, command=["choose"], args=["--executor-input", "{{$}}", best.path]
    )


@dsl.container_component
def clean_up(status: dsl.PipelineTaskFinalStatus):
    return dsl.ContainerSpec(image=IMAGE, command=["clean-up"], args=["--executor-input", "{{$}}"])


@dsl.container_component
def optional(text: str = "none", choice: Dict[str, str] = {"a": "b"}, flag: bool = True, many: List[int] = [1, 2]):
    return dsl.ContainerSpec(image=IMAGE, command=["optional"], args=[text, choice, flag, many])


@dsl.pipeline(name="hello-world", description="Greets")
def hello_world(recipient: str = "world") -> str:
    return hello(name=recipient).outputs["greeting"]


@dsl.pipeline(name="arithmetic", description="Parameters of every type with defaults")
def arithmetic(a: int, b: int = 2, c: float = 0.5, d: bool = True, e: List[int] = [1, 2], f: Dict[str, str] = {"k": "v"}) -> int:
    first = add(a=a, b=b)
    second = add(a=first.outputs["total"], b=3, scale=c)
    return second.outputs["total"]


@dsl.pipeline(name="artifacts")
def artifacts(epochs: int = 3) -> Model:
    dataset = make_dataset(text="some").outputs["dataset"]
    trained = train_model(dataset=dataset, epochs=epochs)
    return trained.outputs["model"]


@dsl.pipeline(name="condition")
def condition(expected: str = "heads"):
    side = flip().outputs["side"]
    with dsl.If(side == expected):
        show(text=side)
    with dsl.If(side != "tails"):
        show(text="not tails")


@dsl.pipeline(name="one-of")
def one_of() -> str:
    side = flip().outputs["side"]
    with dsl.If(side == "heads"):
        a = hello(name="heads")
    with dsl.Elif(side == "tails"):
        b = hello(name="tails")
    with dsl.Else():
        c = hello(name="edge")
    chosen = dsl.OneOf(a.outputs["greeting"], b.outputs["greeting"], c.outputs["greeting"])
    show(text=chosen)
    return chosen


@dsl.pipeline(name="nested-conditions")
def nested_conditions(threshold: int = 3):
    number = roll().outputs["number"]
    with dsl.If(number > threshold):
        side = flip().outputs["side"]
        with dsl.If(side == "heads"):
            add(a=number, b=1)
        with dsl.If(number >= 5.5):
            show(text=side)


@dsl.pipeline(name="static-loop")
def static_loop():
    with dsl.ParallelFor(items=[1, 2, 3], parallelism=2) as item:
        add(a=item, b=1)


@dsl.pipeline(name="struct-loop")
def struct_loop(prefix: str = "x"):
    with dsl.ParallelFor(items=[{"label": "a", "size": 1}, {"label": "b", "size": 2}]) as item:
        hello(name=item.label)
        show(text=prefix)


@dsl.pipeline(name="dynamic-loop")
def dynamic_loop(names: List[str] = ["c"]):
    with dsl.ParallelFor(items=make_list().outputs["items"]) as item:
        hello(name=item)
    with dsl.ParallelFor(items=names) as name:
        hello(name=name)


@dsl.pipeline(name="nested-loops")
def nested_loops(names: List[str] = ["c"]):
    with dsl.ParallelFor(items=names) as outer:
        with dsl.ParallelFor(items=["x", "y"]) as inner:
            hello(name=outer)
            show(text=inner)


@dsl.pipeline(name="collected-parameters")
def collected_parameters(b: int = 1) -> int:
    with dsl.ParallelFor(items=[1, 2, 3]) as item:
        total = add(a=item, b=b).outputs["total"]
    summed = sum_all(numbers=dsl.Collected(total))
    return summed.outputs["total"]


@dsl.pipeline(name="collected-artifacts")
def collected_artifacts() -> Model:
    dataset = make_dataset(text="some").outputs["dataset"]
    with dsl.ParallelFor(items=[1, 2, 3], parallelism=1) as epochs:
        model = train_model(dataset=dataset, epochs=epochs).outputs["model"]
    return choose_model(models=dsl.Collected(model)).outputs["best"]


@dsl.pipeline(name="loop-of-conditions")
def loop_of_conditions(limit: int = 2):
    with dsl.ParallelFor(items=[1, 2, 3]) as item:
        total = add(a=item, b=1).outputs["total"]
        with dsl.If(total > limit):
            show(text="large")


@dsl.pipeline(name="exit-handler")
def exit_handler(name: str = "world"):
    with dsl.ExitHandler(exit_task=clean_up().set_caching_options(False)):
        greeting = hello(name=name).outputs["greeting"]
        show(text=greeting)


@dsl.pipeline(name="import-constant")
def import_constant():
    dataset = dsl.importer(
        artifact_uri="gs://bucket/data", artifact_class=Dataset, reimport=False, metadata={"rows": 3}
    ).output
    train_model(dataset=dataset, epochs=1)


@dsl.pipeline(name="import-parameter")
def import_parameter(uri: str = "gs://bucket/data"):
    dataset = dsl.importer(artifact_uri=uri, artifact_class=Dataset, reimport=True).output
    train_model(dataset=dataset, epochs=1)


@dsl.pipeline(name="settings-of-tasks")
def settings_of_tasks():
    a = hello(name="a").set_retry(num_retries=3, backoff_duration="1s", backoff_factor=2.0, backoff_max_duration="3600s")
    b = hello(name="b").set_caching_options(False)
    c = (
        hello(name="c")
        .set_cpu_request("500m").set_cpu_limit("2").set_memory_request("512Mi").set_memory_limit("1G")
        .set_accelerator_type("nvidia.com/gpu").set_accelerator_limit(1)
    )
    d = hello(name="d").set_env_variable("MODE", "fast").set_env_variable("LEVEL", "3")
    e = hello(name="e").set_caching_options(True, cache_key="mine")
    b.after(a)
    e.after(c, d)


@dsl.pipeline(name="kubernetes-settings")
def kubernetes_settings():
    a = hello(name="a")
    kubernetes.use_secret_as_env(a, secret_name="keys", secret_key_to_env={"user": "S3_USER", "password": "S3_PASSWORD"})
    kubernetes.use_secret_as_volume(a, secret_name="certificates", mount_path="/certificates")
    kubernetes.use_config_map_as_env(a, config_map_name="places", config_map_key_to_env={"host": "HOST_NAME"})
    kubernetes.use_config_map_as_volume(a, config_map_name="files", mount_path="/files")
    b = hello(name="b")
    kubernetes.mount_pvc(b, pvc_name="data", mount_path="/data")
    kubernetes.set_image_pull_policy(b, "Always")
    kubernetes.add_node_selector(b, "disk", "fast")
    kubernetes.add_toleration(b, key="gpu", operator="Equal", value="yes", effect="NoSchedule", toleration_seconds=10)
    kubernetes.add_pod_label(b, "team", "digits")
    kubernetes.add_pod_annotation(b, "sidecar.istio.io/inject", "false")
    kubernetes.set_timeout(b, 3600)
    kubernetes.set_image_pull_secrets(b, ["registry"])
    kubernetes.use_field_path_as_env(b, env_name="RUN_ID", field_path="metadata.labels['pipeline/runid']")


@dsl.pipeline(name="inner")
def inner(text: str, epochs: int = 2) -> Model:
    dataset = make_dataset(text=text).outputs["dataset"]
    return train_model(dataset=dataset, epochs=epochs).outputs["model"]


@dsl.pipeline(name="sub-pipeline")
def sub_pipeline(text: str = "some") -> Model:
    first = inner(text=text)
    second = inner(text="other", epochs=5)
    return second.output


@dsl.pipeline(name="placeholders")
def placeholders():
    optional(text="given")
    optional()


@dsl.pipeline(name="boolean-condition")
def boolean_condition(wanted: bool = True, rate: float = 0.5):
    with dsl.If(wanted == True):  # noqa: E712 (KFP overloads ==)
        show(text="wanted")
    with dsl.If(rate < 1):
        show_number(number=rate)


OLD = """
name: Grade
description: Gives a grade
inputs:
- {name: Test data, type: Dataset}
- {name: weights, type: JsonArray, default: "[1, 2]"}
- {name: strict, type: Bool, default: "true"}
outputs:
- {name: report, type: HTML}
- {name: grade, type: Float}
implementation:
  container:
    image: example.com/grade:2
    command: [grade, {inputPath: Test data}]
    args: [{inputValue: weights}, {inputValue: strict}, {outputPath: report}, {outputPath: grade}]
"""


def text_of(component):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "component.yaml")
        compiler.Compiler().compile(component, path)
        with open(path) as file:
            return file.read()


COMPONENTS = {"old": OLD, "compiled": text_of(make_dataset)}
grade = components.load_component_from_text(COMPONENTS["old"])
made_elsewhere = components.load_component_from_text(COMPONENTS["compiled"])


@dsl.pipeline(name="loaded-components")
def loaded_components():
    dataset = made_elsewhere(text="some").outputs["dataset"]
    grade(test_data=dataset)


PIPELINES = [
    hello_world, arithmetic, artifacts, condition, one_of, nested_conditions, static_loop, struct_loop,
    dynamic_loop, nested_loops, collected_parameters, collected_artifacts, loop_of_conditions,
    exit_handler, import_constant, import_parameter, settings_of_tasks, kubernetes_settings,
    sub_pipeline, placeholders, boolean_condition, loaded_components,
]


def compiled(pipeline):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "pipeline.yaml")
        compiler.Compiler().compile(pipeline, path)
        with open(path) as file:
            return list(yaml.safe_load_all(file))


print(json.dumps({
    "components": COMPONENTS,
    "pipelines": {pipeline.name: compiled(pipeline) for pipeline in PIPELINES},
}))
