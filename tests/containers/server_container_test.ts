import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Desk } from "../scripts/command_line.ts";
import { buildImage, podman } from "./container_image.ts";
import { startContainer } from "./running_container.ts";

Deno.test("The image serves a model as any user, without writing, when asked for nothing else", async () => {
  await using desk = new Desk();
  const { name: image } = await buildImage(desk);
  await desk.bringDigits({ train: 200, test: 100 });
  const { summary } = await desk.pipeline("--epochs", "1", "--min-accuracy", "0");
  const model = fileURLToPath(summary.model.uri);
  const command: string[] = JSON.parse(
    await podman("image", "inspect", "--format", "{{json .Config.Cmd}}", image),
  );
  await using server = await startContainer({
    image,
    flags: () => [
      ...["--user", "12345:0", "--cap-drop", "all", "--security-opt", "no-new-privileges"],
      ...["--volume", `${model}:/mnt/models:ro`],
    ],
    command: (port) => [...command, "--port", String(port)],
    healthPath: "/v2/health/ready",
  });
  const answer = await fetch(`${server.url}/v1/models/digits-recognizer:predict`, {
    method: "POST",
    body: JSON.stringify({ instances: [Array(28).fill(Array(28).fill(0))] }),
  });
  const body = await answer.text();
  assert.equal(answer.status, 200, body);
  assert.equal(JSON.parse(body).predictions.length, 1);
});
