"""Compiles a pipeline of one step: what Kubeflow's SDK takes at least."""
import os
import tempfile

from kfp import compiler, dsl


@dsl.container_component
def hello(name: str):
    return dsl.ContainerSpec(image="example.com/tool:1", command=["hello"], args=[name])


@dsl.pipeline(name="hello-world")
def hello_world(recipient: str = "world"):
    hello(name=recipient)


with tempfile.TemporaryDirectory() as folder:
    compiler.Compiler().compile(hello_world, os.path.join(folder, "pipeline.yaml"))
