import assert from "node:assert/strict";
import { startMinio, startMlflow } from "../../scripts/services/mod.ts";
import { Desk, type Summary } from "../scripts/command_line.ts";
import { pointsInMlflow, pointsRecorded, settingsFor } from "./pipeline_run.ts";

Deno.test("Training goes on while MLflow is away, then S3, and nothing is lost or doubled", async () => {
  await using s3 = await startMinio();
  await using mlflow = await startMlflow();
  await using desk = new Desk();
  await desk.bringDigits({ train: 24_000, test: 1_000 });
  const args = ["pipeline", "--json", "--data", "digits", "--epochs", "10"];
  const child = desk.start(args, settingsFor(s3, mlflow));
  const stdout = new Response(child.stdout).text();
  const said: string[] = [];
  for await (const line of linesOf(child.stderr)) {
    said.push(line);
    const epoch = Number(/epoch (\d+)\/10/.exec(line)?.[1]);
    // Starting MLflow takes more than ten seconds, in which it does not answer either.
    if (epoch >= 2) await once("MLflow dies", () => mlflow.kill());
    if (epoch >= 4) await once("MLflow is back", () => mlflow.restart());
    if (epoch >= 5) await once("S3 dies", () => s3.kill());
    if (epoch >= 7) await once("S3 is back", () => s3.restart());
  }
  const { code } = await child.status;
  assert.equal(code, 0, said.join("\n"));
  assert.equal(happened.size, 4, said.join("\n"));
  const { runId } = JSON.parse(await stdout) as Summary;
  assert.match(said.join("\n"), /! .*MLflow.*The run goes on/);
  const points = await pointsRecorded(desk, runId);
  assert.equal(points.filter((point) => point.startsWith('["val_accuracy"')).length, 10);
  assert.deepEqual(await pointsInMlflow(mlflow, runId), points);
});

const happened = new Set<string>();

async function once(what: string, event: () => Promise<void>): Promise<void> {
  if (happened.has(what)) return;
  happened.add(what);
  await event();
}

async function* linesOf(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
