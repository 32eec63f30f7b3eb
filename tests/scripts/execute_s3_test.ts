/** Pods that share a bucket and have no MLflow. */
import assert from "node:assert/strict";
import { datasetCodec } from "../../lib/digits/digits_codec.ts";
import { syntheticDataset } from "../../lib/digits/synthetic.ts";
import { preprocessStep } from "../../lib/steps/preprocess_step.ts";
import { registerStep } from "../../lib/steps/register_step.ts";
import { trainStep } from "../../lib/steps/train_step.ts";
import { fakeS3 } from "../store/fake_s3.ts";
import { Pods } from "./execute_pod.ts";

Deno.test("execute goes on where a stopped pod was, and registers once, in the bucket", async () => {
  await using s3 = await fakeS3();
  await using pods = new Pods({
    MINIO_ENDPOINT: s3.url,
    MINIO_ACCESS_KEY: "access",
    MINIO_SECRET_KEY: "secret-secret",
    KFP_RUN_ID: "5f4dcc3b-5aa7-65d6-1d83-27deb882cf99",
  });
  const digits = `${pods.path}/digits`;
  await Deno.mkdir(digits);
  const files = datasetCodec.encode(syntheticDataset({ train: 1_200, test: 200 }));
  for (const [name, bytes] of Object.entries(files)) {
    await Deno.writeFile(`${digits}/${name}`, bytes);
  }
  const { artifacts: split } = await pods.run(preprocessStep, {
    artifacts: { digits: { uri: digits } },
  });
  const given = {
    params: { dataset: "synthetic", no_epochs: 5 },
    artifacts: { train: split["train"]!, validation: split["validation"]! },
  };

  const { input, folder } = pods.prepare(trainStep, given);
  const child = pods.start(["train", "--executor-input", JSON.stringify(input)]);
  s3.before = (asked) => {
    if (asked.includes("/00000002")) { // so the first checkpoint is whole
      s3.before = () => undefined;
      child.kill("SIGTERM");
    }
    return undefined;
  };
  const said = await new Response(child.stderr).text();
  assert.equal((await child.status).code, 143, said);
  await child.stdout.cancel();
  await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
  const kept = () => [...s3.objects.keys()].filter((name) => name.includes("/checkpoints/"));
  assert.ok(kept().length > 0, said);

  const trained = await pods.run(trainStep, given);
  assert.match(trained.stderr, /"resumedFromEpoch":"[1-4]"/);
  assert.deepEqual(kept(), []);

  const registration = {
    params: { dataset: "synthetic", accuracy: 0.5 },
    artifacts: { model: trained.artifacts["model"]!, validation: split["validation"]! },
  };
  const first = await pods.run(registerStep, registration);
  const again = await pods.run(registerStep, registration);
  assert.equal(first.parameterValues["version"], 1);
  assert.deepEqual(again.parameterValues, first.parameterValues);
  assert.match(again.stderr, /✓ register +unchanged/);
});
