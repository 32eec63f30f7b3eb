/**
 * The peers that can be measured, and what they need.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Digits } from "../../lib/digits/digits.ts";
import { digitsCodec } from "../../lib/digits/digits_codec.ts";
import { PeerProcess } from "./peer_process.ts";
import { makeVenv } from "./venv.ts";

interface Peer {
  readonly script: string;
  readonly form: string;
  readonly environment: "keras" | "torch";
}

const KERAS_PEERS: readonly Peer[] = [
  { script: "keras_peer.py", form: "fit", environment: "keras" },
  { script: "keras_peer.py", form: "function", environment: "keras" },
];

const TORCH_PEERS: readonly Peer[] = [
  { script: "torch_peer.py", form: "eager", environment: "torch" },
];

const ENVIRONMENTS = {
  keras: {
    packages: ["tensorflow-cpu==2.21.0", "keras==3.15.1", "numpy==2.4.6"],
    downloadSize: "350 MB",
  },
  torch: { packages: ["torch==2.15.0", "numpy==2.4.6"], downloadSize: "3 GB" },
} as const;

const ANSWER_MS = 300_000; // The first question also tries every form of the peer.

/** Where and with what peers are started. */
export interface PeersOptions {
  /** Folder for their environments and digits. */
  readonly folder: string;
  readonly digits: Digits;
  readonly threads: number;
  readonly torch: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

/** Starts them, ready to be asked. The caller disposes of them. */
export async function startPeers(options: PeersOptions): Promise<readonly PeerProcess[]> {
  const { folder, digits, threads, torch, signal, onProgress } = options;
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(digitsCodec.encode(digits))) {
    await Deno.writeFile(join(folder, name), bytes);
  }
  await using stack = new AsyncDisposableStack();
  const started: PeerProcess[] = [];
  for (const { script, form, environment } of [...KERAS_PEERS, ...torch ? TORCH_PEERS : []]) {
    const python = await makeVenv(join(folder, `venv-${environment}`), {
      ...ENVIRONMENTS[environment],
      onProgress,
      signal,
    });
    onProgress(`Starting ${environment} ${form}`);
    const peer = await PeerProcess.start({
      program: python,
      args: [
        fileURLToPath(new URL(`peers/${script}`, import.meta.url)),
        ...["--images", join(folder, "images.npy"), "--labels", join(folder, "labels.npy")],
        ...["--threads", String(threads), "--form", form],
      ],
      timeoutMs: ANSWER_MS,
      signal,
    });
    started.push(stack.use(peer));
  }
  stack.move();
  return started;
}
