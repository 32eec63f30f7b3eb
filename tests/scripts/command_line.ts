/**
 * The command line as a process of its own, in a folder of its own.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { datasetCodec } from "../../lib/digits/digits_codec.ts";
import { syntheticDataset } from "../../lib/digits/synthetic.ts";
import project from "../../deno.json" with { type: "json" };

const main = fileURLToPath(new URL("../../scripts/main.ts", import.meta.url));
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** The permissions that `deno task` gives a command, and no others. */
function permissionsOf(command: string | undefined): readonly string[] {
  const tasks: Readonly<Record<string, { readonly command: string }>> = project.tasks;
  return tasks[command ?? ""]?.command.match(/--allow-\S+/g) ?? [];
}

/** What a command said and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty folder that commands run in; removed in the end. */
export class Desk implements AsyncDisposable {
  readonly path: string;

  constructor() {
    this.path = Deno.makeTempDirSync({ prefix: "digits-desk-" });
  }

  /** Starts a command. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Deno.ChildProcess {
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--config", config, ...permissionsOf(args[0]), main, ...args],
      cwd: this.path,
      // No mirror is ever asked: nobody listens on this port.
      env: { NO_COLOR: "1", MNIST_MIRRORS: "http://127.0.0.1:9/", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Runs a command to its end. */
  async run(...args: readonly string[]): Promise<Ended> {
    return await ended(this.start(args));
  }

  /** Runs the pipeline and gives its one JSON object. */
  async pipeline(...args: readonly string[]): Promise<Ended & { readonly summary: Summary }> {
    const done = await this.run("pipeline", "--json", "--data", "digits", ...args);
    const lines = done.stdout.trim().split("\n");
    if (lines.length !== 1) {
      throw new Error(`Not one object on stdout: ${done.stdout}${done.stderr}`);
    }
    return { ...done, summary: JSON.parse(done.stdout) };
  }

  /** Puts a few synthetic digits into the folder `digits`, as IDX files. */
  async bringDigits({ train, test }: { readonly train: number; readonly test: number }) {
    const folder = join(this.path, "digits");
    await Deno.mkdir(folder, { recursive: true });
    const files = datasetCodec.encode(syntheticDataset({ train, test }));
    for (const [name, bytes] of Object.entries(files)) {
      await Deno.writeFile(join(folder, name), bytes);
    }
  }

  /** Whether there is such a file or folder. */
  async has(path: string): Promise<boolean> {
    return await Deno.stat(join(this.path, path)).then(() => true, () => false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** What `deno task pipeline --json` prints, as far as tests look at it. */
export interface Summary {
  readonly runId: string;
  readonly dataset: string;
  readonly testAccuracy: number;
  readonly trainImagesPerSecond: number;
  readonly model: { readonly name: string; readonly version: number; readonly uri: string };
  readonly served: boolean;
  readonly champion: number | null;
  readonly verdict: string | null;
  readonly report: string;
  readonly resumedFromEpoch: number | null;
  readonly steps: readonly {
    readonly name: string;
    readonly cached: boolean;
    readonly state: string;
  }[];
}

/** Waits for the end of a command. */
export async function ended(child: Deno.ChildProcess): Promise<Ended> {
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}
