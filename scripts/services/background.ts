/**
 * Servers that go on when the command that started them ends.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { UsageError } from "../../lib/base/errors.ts";
import { type LockedFile, lockFile } from "../../lib/track/file_lock.ts";
import type { InstallOptions } from "./installation.ts";
import { installMinio, minioProgram } from "./minio.ts";
import { installMlflow, mlflowProgram } from "./mlflow.ts";
import { freePort, isFreePort } from "./ports.ts";
import { removeAll } from "./real_server.ts";
import { makeBucket, newKeys, s3Environment } from "./s3_server.ts";
import { installSeaweedfs, seaweedfsProgram } from "./seaweedfs.ts";
import { ServerProcess, type ServerProgram, signalGroup, waitUntil } from "./server_process.ts";
import { readState, type ServerEntry, type ServicesChoice, writeState } from "./services_state.ts";

const REGION = "us-east-1";
const MLFLOW_BUCKET = "mlflow";
const STOP_MS = 5_000;

/** One server, running or not. */
export interface ServiceStatus {
  readonly name: string;
  readonly url: string;
  /** Null when it does not run. */
  readonly pid: number | null;
  readonly logFile: string;
}

/** An S3 server and an MLflow that keep data, keys, logs and process ids in one folder. */
export class BackgroundServices {
  readonly #folder: string;

  /** Starts nothing yet. */
  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  /**
   * Starts what does not run yet; gives the settings that use it.
   * @throws {UsageError} when other servers run.
   * @throws {UnavailableError} when one can't be installed or does not start.
   */
  async start(
    choice: ServicesChoice,
    options: InstallOptions = {},
  ): Promise<Readonly<Record<string, string>>> {
    await Deno.mkdir(this.#folder, { recursive: true });
    using _lock = await this.#lock();
    const { accessKey, secretKey } = await this.#choose(choice);
    const keys = { accessKey, secretKey, region: REGION };
    const program = choice.s3 === "minio"
      ? await installMinio(options)
      : await installSeaweedfs(options);
    const python = await installMlflow(options);

    const s3Program = choice.s3 === "minio" ? minioProgram : seaweedfsProgram;
    const s3Url = await this.#ensure(
      choice.s3,
      9000,
      options,
      (place) => s3Program({ ...place, ...keys, program }),
    );
    const s3 = { ...keys, url: s3Url };
    const onS3 = { s3, bucket: MLFLOW_BUCKET, direct: choice.artifacts === "direct" };
    if (choice.artifacts !== "disk") await makeBucket(s3, MLFLOW_BUCKET);
    const artifacts = choice.artifacts === "disk" ? "disk" : onS3;
    const mlflowUrl = await this.#ensure(
      "mlflow",
      5000,
      options,
      (place) => mlflowProgram({ ...place, python, artifacts }),
    );
    return {
      MINIO_ENDPOINT: s3Url,
      MINIO_ACCESS_KEY: accessKey,
      MINIO_SECRET_KEY: secretKey,
      MLFLOW_TRACKING_URI: mlflowUrl,
      ...(choice.artifacts === "direct" && s3Environment(s3)), // for MLflow's Python client
    };
  }

  /** Ends all that {@linkcode start} started and nothing else; gives the names of what it ended. */
  async stop(): Promise<readonly string[]> {
    if (await readState(this.#folder) === undefined) return [];
    using _lock = await this.#lock();
    const state = await readState(this.#folder);
    const stopped: string[] = [];
    for (const entry of state?.servers.toReversed() ?? []) {
      if (!this.#runs(entry)) continue;
      signalGroup(entry.pid, "SIGTERM");
      const killer = setTimeout(() => signalGroup(entry.pid, "SIGKILL"), STOP_MS);
      await waitUntil(() => !this.#runs(entry), `stop ${entry.name}`);
      clearTimeout(killer);
      await removeAll(entry.leftovers);
      stopped.push(entry.name);
    }
    return stopped;
  }

  /** Every server that was ever started here. */
  async status(): Promise<readonly ServiceStatus[]> {
    const state = await readState(this.#folder);
    return (state?.servers ?? []).map((entry) => ({
      name: entry.name,
      url: `http://127.0.0.1:${entry.port}`,
      pid: this.#runs(entry) ? entry.pid : null,
      logFile: this.#logFile(entry.name),
    }));
  }

  /** While it is held, no other process starts or stops servers here. */
  #lock(): Promise<LockedFile> {
    return lockFile(join(this.#folder, "lock"));
  }

  /** Takes down the choice, with the keys of last time or new ones. */
  async #choose(choice: ServicesChoice): Promise<{ accessKey: string; secretKey: string }> {
    const before = await readState(this.#folder);
    const { accessKey, secretKey } = before ?? newKeys();
    const { s3, artifacts } = before?.choice ?? choice;
    const other = s3 !== choice.s3 || artifacts !== choice.artifacts;
    const servers = before?.servers ?? [];
    if (other && servers.some((entry) => this.#runs(entry))) {
      throw new UsageError(
        `Cannot start these servers as others run, with --s3 ${s3} --artifacts ${artifacts}: ` +
          "deno task services stop ends them",
      );
    }
    await writeState(this.#folder, { choice, accessKey, secretKey, servers });
    return { accessKey, secretKey };
  }

  /** Starts a server unless it runs; gives its URL. */
  async #ensure(
    name: string,
    usualPort: number,
    { signal }: InstallOptions,
    plan: (place: { readonly port: number; readonly folder: string }) => ServerProgram,
  ): Promise<string> {
    const state = (await readState(this.#folder))!;
    const before = state.servers.find((entry) => entry.name === name);
    if (before && this.#runs(before)) return `http://127.0.0.1:${before.port}`;
    const port = [before?.port ?? usualPort, usualPort].find(isFreePort) ?? freePort();
    const folder = join(this.#folder, name);
    await Deno.mkdir(folder, { recursive: true });
    const program = plan({ port, folder });
    const place = { port, folder, logFile: this.#logFile(name), background: true };
    const server = new ServerProcess(program, place);
    const entry = { name, port, pid: server.spawn(), leftovers: program.leftovers ?? [] };
    const others = state.servers.filter((entry) => entry.name !== name);
    await writeState(this.#folder, { ...state, servers: [...others, entry] });
    await server.ready({ signal });
    return server.url;
  }

  #logFile(name: string): string {
    return join(this.#folder, `${name}.log`);
  }

  /** Whether it is still that process: its command line names its folder, and no other's does. */
  #runs({ name, pid }: ServerEntry): boolean {
    const { stdout } = new Deno.Command("ps", { args: ["-ww", "-o", "args=", "-p", String(pid)] })
      .outputSync();
    return new TextDecoder().decode(stdout).includes(join(this.#folder, name));
  }
}
