import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { loadEngine } from "../../lib/model/engines.ts";
import {
  describeEnvironment,
  resultEnvironment,
  shownCommand,
  shownParams,
} from "../../scripts/cli/run_environment.ts";

Deno.test("shownCommand() hides what an address may hold, and quotes what a shell would split", () => {
  strictEqual(
    shownCommand(["pipeline", "--data", "https://me:secret@host/mnist?key=secret"]),
    "deno task pipeline --data 'https://host/mnist?…'",
  );
  strictEqual(
    shownCommand(["pipeline", "--data=http://me:secret@host/", "--experiment", "two words"]),
    "deno task pipeline --data=http://host/ --experiment 'two words'",
  );
});

Deno.test("shownParams() hides what addresses may hold, in lists too", () => {
  deepStrictEqual(
    shownParams({
      dataset: "https://me:secret@host/mnist/",
      mirrors: ["http://host/?key=secret", "http://other/"],
      optimizer: "adam",
      no_epochs: 3,
    }),
    {
      dataset: "https://host/mnist/",
      mirrors: ["http://host/?…", "http://other/"],
      optimizer: "adam",
      no_epochs: 3,
    },
  );
});

Deno.test("describeEnvironment() names versions, platform, engine and libraries", async () => {
  const environment = await describeEnvironment(
    await resultEnvironment(await loadEngine("onnx", { threads: 1 })),
  );
  match(environment.code, /^\d+\.\d+\.\d+\+[0-9a-f]{16}$/);
  deepStrictEqual([environment.engine, environment.threads], ["onnx", "1"]);
  match(environment.runtime, /^onnxruntime-node \d/);
  match(environment.libraries["onnxruntime-node"]!, /^\d+\.\d+\.\d+$/);
});
