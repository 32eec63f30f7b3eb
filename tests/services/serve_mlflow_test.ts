/** A server that follows the champion in a real MLflow, moved there by MLflow's own client. */
import assert from "node:assert/strict";
import { localHost } from "../../lib/base/local_host.ts";
import { generateDigits } from "../../lib/digits/synthetic.ts";
import { encodeModel } from "../../lib/model/model_codec.ts";
import { CHAMPION } from "../../lib/steps/champion.ts";
import { MlflowClient } from "../../lib/track/mlflow/mlflow_client.ts";
import { mlflowRegistry } from "../../lib/track/mirror/mlflow_registry.ts";
import { startMlflow } from "../../scripts/services/mod.ts";
import { Desk } from "../scripts/command_line.ts";
import { smallModel } from "../steps/small_models.ts";
import { runPython } from "./python.ts";

const MOVE_ALIAS = `
import json, sys
from mlflow import MlflowClient
name, alias, version = json.loads(sys.argv[1])
MlflowClient().set_registered_model_alias(name, alias, version)
print("null")
`;

Deno.test("serve follows the champion that MLflow's own client moves", async () => {
  await using mlflow = await startMlflow();
  await using desk = new Desk();
  const client = new MlflowClient({
    trackingUri: mlflow.url,
    host: localHost({ cacheFolder: "" }),
  });
  const registry = mlflowRegistry(client);
  for (const seed of [1, 2]) {
    const files = encodeModel(await smallModel({ train: generateDigits(500), seed }));
    await registry.register("m", files, { runId: "", tags: {} });
  }
  await registry.setAlias("m", CHAMPION, 1);

  const child = desk.start(["serve", "--port", "0"], { MLFLOW_TRACKING_URI: mlflow.url });
  const stdout = new Response(child.stdout).text();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  async function hear(words: string): Promise<void> {
    while (!said.includes(words)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`The server ended: ${said}`);
      said += value;
    }
  }
  await hear("m version 1 answers at http");
  await runPython(MOVE_ALIAS, { trackingUri: mlflow.url, input: ["m", CHAMPION, "2"] });
  await hear("m version 2 answers now, not 1");
  await mlflow[Symbol.asyncDispose]();
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)![0];
  const ready = await fetch(`${url}/v2/models/m/versions/2/ready`);
  assert.deepEqual(await ready.json(), { name: "m", ready: true });
  child.kill("SIGTERM");
  while (!(await reader.read()).done);
  await stdout;
  assert.equal((await child.status).code, 0);
});
