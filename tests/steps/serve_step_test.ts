import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { BusyError } from "../../lib/base/errors.ts";
import { arena } from "./arena.ts";
import { smallModel } from "./small_models.ts";

const [good, poor] = await Promise.all([
  smallModel(),
  smallModel({ epochs: 1, learningRate: 1e-6 }),
]);

Deno.test("serveStep makes the version champion that won, and tells of it", async () => {
  const { serve, history, tags } = await arena([poor, good]);
  const { right, url } = await serve(1);
  deepStrictEqual([right >= 0 && right <= 10, url], [true, ""]);
  strictEqual((await tags())["verdict"], "version 1 is champion, the first one");
  await serve(1);
  deepStrictEqual(await history(), [1], "again is no change");
  await serve(2);
  deepStrictEqual(await history(), [1, 2]);
  strictEqual((await tags())["service"], undefined);
});

Deno.test("serveStep serves no version that can't be loaded", async () => {
  const { serve, contest, history } = await arena([
    good,
    { ...good, onnx: Uint8Array.of(1, 2, 3) },
  ]);
  const { verdict } = await contest(1);
  await rejects(serve(2, { verdict }), /^DataError: Cannot load/);
  deepStrictEqual(await history(), []);
});

Deno.test("serveStep leaves a champion alone that came into service after the contest", async () => {
  const { serve, contest, crown, history } = await arena([poor, good]);
  const { verdict } = await contest(1);
  await crown(2);
  await rejects(
    serve(1, { verdict }),
    new BusyError(
      "Cannot serve digits version 1 as another run changed the champion from version none to 2 " +
        "after the contest: run the pipeline again",
    ),
  );
  deepStrictEqual(await history(), [2]);
});

Deno.test("serveStep refuses what it can't serve with before anything is changed", async () => {
  const { serve, history } = await arena([good]);
  await rejects(
    serve(1, { serving: { target: "moon" } }),
    /^UsageError: Cannot use serving\.target/,
  );
  const filesUri = () => Promise.resolve("file:///tmp/models");
  await rejects(
    serve(1, { serving: { target: "kserve" }, filesUri }),
    /^UsageError: Cannot serve file:.* with KServe: .*keep artifacts in S3/,
  );
  deepStrictEqual(await history(), []);
});
