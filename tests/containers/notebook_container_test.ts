import assert from "node:assert/strict";
import { Desk } from "../scripts/command_line.ts";
import { buildImage, podman } from "./container_image.ts";
import { startContainer } from "./running_container.ts";

const PREFIX = "/notebook/someone/digits";

/** A notebook of one cell that uses the package, and a library that it needs. */
const NOTEBOOK = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } },
  cells: [{
    cell_type: "code",
    id: "one",
    execution_count: null,
    metadata: {},
    outputs: [],
    // The kernel's outputs may get lost on the way; an error does not.
    source: [
      'import { loadEngine } from "./lib/model/engines.ts";\n',
      'const { name } = await loadEngine("onnx", { threads: 1 });\n',
      'if (name !== "onnx") throw new Error(name);',
    ],
  }],
};

Deno.test("The notebook image is a Kubeflow notebook server whose kernel runs the package", async () => {
  await using desk = new Desk();
  const { name: image } = await buildImage(desk, "--notebook");
  await using server = await startContainer({
    image,
    flags: (port) => [
      ...["--env", `NB_PREFIX=${PREFIX}`, "--env", `JUPYTER_PORT=${port}`],
      ...["--tmpfs", "/tmp"],
    ],
    healthPath: `${PREFIX}/api`,
  });
  const kernels = await (await fetch(`${server.url}${PREFIX}/api/kernelspecs`)).json();
  assert.equal(kernels.default, "deno");

  const script = 'cd digits-recognizer && printf %s "$0" > try.ipynb && jupyter execute try.ipynb';
  await podman("exec", server.name, "sh", "-c", script, JSON.stringify(NOTEBOOK));
});
