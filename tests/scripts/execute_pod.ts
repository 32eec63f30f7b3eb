/** Pods as processes: the executor with its own permissions, and Kubeflow's part played by folders. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { localHost } from "../../lib/base/local_host.ts";
import type { Component } from "../../lib/pipeline/component.ts";
import { podCommand, podSourceCommand } from "../../lib/pipeline/execute/pod_command.ts";
import {
  collect,
  type Collected,
  executorInput,
  type Given,
} from "../pipeline/execute/launcher.ts";
import { type Ended, ended } from "./command_line.ts";

const main = fileURLToPath(new URL("../../scripts/main.ts", import.meta.url));
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
const { disk } = localHost({ cacheFolder: "" });

/** A step that ended, and what it reported when it ended well. */
export interface Executed extends Ended, Collected {
  readonly folder: string;
}

/** The pods of one run of a pipeline. Their folder is removed in the end. */
export class Pods implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "digits-pods-" });
  readonly #env: Readonly<Record<string, string>>;
  #count = 0;

  /** @param env what the Secret and Kubeflow set */
  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
  }

  /** Starts the executor, with the permissions that it has in pods. */
  start(args: readonly string[]): Deno.ChildProcess {
    const command = args[0] === "--source" ? podSourceCommand() : podCommand();
    const [, run, ...flags] = command.slice(0, -2);
    return new Deno.Command(Deno.execPath(), {
      args: [run!, ...flags, "--config", config, main, "execute", ...args],
      cwd: this.path,
      env: { NO_COLOR: "", MNIST_MIRRORS: "http://127.0.0.1:9/", ...this.#env }, // nobody's port
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** A step's folder and input, as the launcher makes them. */
  prepare(component: Component, given: Given) {
    const folder = join(this.path, `${component.name}-${this.#count++}`);
    return { folder, input: executorInput(component, { root: folder, scratch: folder, ...given }) };
  }

  /** Runs a step of the image, or one from its source, which has to end well. */
  async run(component: Component, given: Given, source?: string): Promise<Executed> {
    const { folder, input } = this.prepare(component, given);
    const which = source === undefined ? [component.name] : ["--source", source];
    const done = await ended(this.start([...which, "--executor-input", JSON.stringify(input)]));
    if (done.code !== 0) {
      throw new Error(`${component.name} ended with ${done.code}: ${done.stderr}`);
    }
    return { folder, ...done, ...await collect(input, disk) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
