/**
 * Whether this machine can do the work.
 *
 * @module
 */
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { formatBytes } from "../../lib/base/bytes.ts";
import { BusyError } from "../../lib/base/errors.ts";
import type { Host } from "../../lib/base/host.ts";
import { unlessMissing } from "../../lib/base/unless_missing.ts";
import { splitDigits } from "../../lib/digits/split.ts";
import { syntheticDataset } from "../../lib/digits/synthetic.ts";
import { loadEngine } from "../../lib/model/engines.ts";
import { evaluate } from "../../lib/steps/evaluate.ts";
import { train } from "../../lib/steps/train.ts";
import { lockHome } from "../../lib/track/home_lock.ts";
import { isFreePort } from "../services/ports.ts";
import { Doubt, type Topic } from "./examine.ts";

const SERVE_PORT = 8080; // of `deno task serve`, where it is not told another
const ENOUGH_BYTES = 2e9; // MNIST as arrays, some models and their checkpoints, and room to spare

/** Disk, engine and port. Leaves `home` as it was. */
export function machineTopic(home: string, host: Host): Topic {
  return {
    topic: "This machine",
    checks: [
      { what: `write in ${home}`, run: () => tryFolder(home, host) },
      { what: "train and predict", run: () => tryEngine(host) },
      { what: `listen on port ${SERVE_PORT}`, run: tryPort },
    ],
    advise: () => null, // What fails here says what to do.
  };
}

async function tryFolder(home: string, host: Host): Promise<string> {
  const isNew = await unlessMissing(Deno.stat(home)) === undefined;
  try {
    await using _lock = await lockHome(home, host);
    const path = join(home, "doctor.tmp");
    await host.disk.write(path, new Uint8Array(1 << 20));
    await host.disk.remove(path);
    const { bavail, bsize } = await statfs(home);
    const free = bavail * bsize;
    if (free < ENOUGH_BYTES) {
      throw new Doubt(
        `There are only ${formatBytes(free)} left on that disk: free some space ` +
          "(deno task clean), or set DIGITS_HOME to a folder on another disk",
      );
    }
    return `${formatBytes(free)} free`;
  } catch (error) {
    if (error instanceof BusyError) throw new Doubt(`A run is using ${home} right now`);
    throw error;
  } finally {
    if (isNew) await unlessMissing(Deno.remove(home, { recursive: true }));
  }
}

async function tryEngine(host: Host): Promise<string> {
  const { name, runtime, threads } = await loadEngine("auto", { threads: host.cores });
  const digits = syntheticDataset({ train: 256, test: 32 });
  const { model } = await train(splitDigits(digits.train), {
    host,
    dataset: digits.name,
    epochs: 1,
    engine: name,
  });
  await evaluate(model, digits.test, { host, dataset: digits.name });
  return `${runtime}, ${threads} threads`;
}

// deno-lint-ignore require-await
async function tryPort(): Promise<string> {
  if (isFreePort(SERVE_PORT)) return "free";
  throw new Doubt(
    `Somebody listens on port ${SERVE_PORT} already: deno task serve --port N takes another`,
  );
}
