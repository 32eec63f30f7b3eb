import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { localHost } from "../../lib/base/local_host.ts";
import { encodeModel } from "../../lib/model/model_codec.ts";
import { digestFiles } from "../../lib/pipeline/digest_files.ts";
import { folderSources } from "../../lib/serve/folder_source.ts";
import { encodeRepository, repositoryArtifact } from "../../lib/steps/model_repository.ts";
import { folderStore } from "../../lib/store/folder_store.ts";
import { sumPredictor } from "../serve/fake_predictor.ts";
import { smallModel } from "./small_models.ts";

const model = await smallModel();
const servable = { name: "digits-recognizer", version: 7, model };
const { codec } = repositoryArtifact("A repository");

Deno.test("repositoryArtifact() is laid out as Triton has its repositories, and comes back", async () => {
  const files = await codec.encode(servable);
  deepStrictEqual(Object.keys(files).sort(), [
    "digits-recognizer/7/model.json",
    "digits-recognizer/7/model.onnx",
    "digits-recognizer/config.pbtxt",
  ]);
  const config = new TextDecoder().decode(files["digits-recognizer/config.pbtxt"]);
  match(config, /name: "image" data_type: TYPE_FP32 dims: \[ 1, 4, 4 \]/);
  match(config, /name: "probabilities" data_type: TYPE_FP32 dims: \[ 3 \]/);
  const back = await codec.decode(files);
  deepStrictEqual([back.name, back.version], ["digits-recognizer", 7]);
  strictEqual(digestFiles(encodeModel(back.model)), digestFiles(encodeModel(model)));
});

Deno.test("our server reads such a repository where it is mounted", async () => {
  const path = await Deno.makeTempDir();
  try {
    const store = folderStore(path);
    const { uri } = await store.put("repository", encodeRepository(servable));
    const host = localHost({ cacheFolder: "" });
    const mounted = new URL(await store.filesUri(uri)).pathname;
    strictEqual(mounted, join(path, "repository", "files"));
    const opened: unknown[] = [];
    const sources = await folderSources(mounted, {
      host,
      open: (files, { name, version }) => {
        opened.push([name, version, files.description?.classNames]);
        const predictor = sumPredictor({ name, version });
        return Promise.resolve({ predictor, [Symbol.asyncDispose]: () => Promise.resolve() });
      },
    });
    const { signal } = new AbortController();
    strictEqual(sources.length, 1);
    strictEqual(sources[0]!.name, "digits-recognizer");
    strictEqual((await sources[0]!.current({ signal })).latest, "7");
    await sources[0]!.open("7", { signal });
    deepStrictEqual(opened, [["digits-recognizer", "7", model.description.classNames]]);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});

Deno.test("repositoryArtifact() refuses files that are laid out otherwise", async () => {
  const { "model.onnx": onnx } = encodeModel(model);
  for (
    const files of [
      {},
      { "model.onnx": onnx },
      { "m/0/model.onnx": onnx },
      { "m/1/model.onnx": onnx, "m/2/model.onnx": onnx },
    ]
  ) {
    await rejects(async () => await codec.decode(files), { name: "DataError" });
  }
});
