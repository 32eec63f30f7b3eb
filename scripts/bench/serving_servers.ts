/**
 * The inference servers that can be measured: ours, and the Python ones, all with the
 * same ONNX model.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { InstallOptions } from "../services/installation.ts";
import { startServer } from "../services/real_server.ts";
import type { ServerProgram } from "../services/server_process.ts";
import type { RequestForm } from "./serving_requests.ts";
import { startServe } from "./serve_process.ts";
import { makeVenv } from "./venv.ts";

/** What all servers call the model. */
export const MODEL_NAME = "digits-recognizer";

/** A server that is measured. */
export interface InferenceServer {
  readonly name: string;
  /** What it is asked in. */
  readonly forms: readonly RequestForm[];
  readonly server: AsyncDisposable & { readonly url: string };
}

interface Peer {
  readonly name: string;
  readonly script: string;
  readonly packages: readonly string[];
  readonly downloadSize: string;
  readonly healthPath: string;
  readonly forms: readonly RequestForm[];
}

const NUMERIC = ["onnxruntime==1.32.0", "numpy==2.4.6"];

const PEERS: readonly Peer[] = [
  {
    name: "KServe",
    script: "serve_kserve.py",
    packages: ["kserve==0.21.0", ...NUMERIC],
    downloadSize: "100 MB",
    healthPath: `/v2/models/${MODEL_NAME}/ready`,
    forms: ["V1 JSON", "V2 JSON", "V2 binary"],
  },
  {
    name: "MLServer",
    script: "serve_mlserver.py",
    packages: ["mlserver==1.7.1", ...NUMERIC],
    downloadSize: "100 MB",
    healthPath: `/v2/models/${MODEL_NAME}/ready`,
    forms: ["V2 JSON"],
  },
  {
    name: "FastAPI",
    script: "serve_fastapi.py",
    packages: ["fastapi==0.165.0", "uvicorn[standard]==0.54.0", "orjson==3.13.0", ...NUMERIC],
    downloadSize: "50 MB",
    healthPath: "/ready",
    forms: ["V1 JSON", "V2 JSON", "V2 binary"],
  },
];

/** Starts our server with the model in that folder. */
export async function startOurs(modelFolder: string): Promise<InferenceServer> {
  const server = await startServe(["--model", modelFolder, "--name", MODEL_NAME]);
  return { name: "Digits Recognizer", forms: ["V1 JSON", "V2 JSON", "V2 binary"], server };
}

/** Starts the peers, each in an environment that is made for it below `folder`. */
export async function startServingPeers(
  onnx: string,
  { folder, signal, terminal }: Required<InstallOptions> & { readonly folder: string },
): Promise<readonly InferenceServer[]> {
  await using stack = new AsyncDisposableStack();
  const started: InferenceServer[] = [];
  for (const peer of PEERS) {
    const { name, packages, downloadSize, forms } = peer;
    const python = await makeVenv(join(folder, `venv-${name.toLowerCase()}`), {
      packages,
      downloadSize,
      onProgress: (line) => terminal.say(line),
      ...(signal && { signal }),
    });
    terminal.say(`Starting ${name}`);
    const server = await startServer(({ port }) => peerProgram(peer, { python, onnx, port }), {
      signal,
    });
    started.push({ name, forms, server: stack.use(server) });
  }
  stack.move();
  return started;
}

function peerProgram(
  { name, script, healthPath }: Peer,
  { python, onnx, port }: { readonly python: string; readonly onnx: string; readonly port: number },
): ServerProgram {
  return {
    name,
    program: python,
    args: [
      fileURLToPath(new URL(`peers/${script}`, import.meta.url)),
      ...["--model", onnx, "--name", MODEL_NAME, "--port", String(port)],
    ],
    env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8" },
    healthPath,
  };
}
