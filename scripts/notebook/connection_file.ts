/**
 * Where a kernel listens: the file that Jupyter hands it.
 *
 * @module
 */
import * as v from "valibot";
import { UsageError } from "../../lib/base/errors.ts";
import { freePorts } from "../services/ports.ts";

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

const connectionSchema = v.object({
  transport: v.literal("tcp"),
  ip: v.string(),
  shell_port: port,
  iopub_port: port,
  stdin_port: port,
  control_port: port,
  hb_port: port,
  signature_scheme: v.literal("hmac-sha256"),
  key: v.string(),
});

/** The addresses of a kernel's sockets, and the key that its messages are signed with. */
export type Connection = v.InferOutput<typeof connectionSchema>;

type FivePorts = readonly [number, number, number, number, number];

/** Free ports of this machine, and a new key. */
export function newConnection(): Connection {
  const [shell, iopub, stdin, control, hb] = freePorts(5) as FivePorts;
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    shell_port: shell,
    iopub_port: iopub,
    stdin_port: stdin,
    control_port: control,
    hb_port: hb,
    signature_scheme: "hmac-sha256",
    key: crypto.randomUUID(),
  };
}

/** Reads the file of a kernel. @throws {UsageError} when it is not one. */
export async function readConnection(path: string): Promise<Connection> {
  const text = await Deno.readTextFile(path);
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), connectionSchema), text);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new UsageError(
    `Cannot read the kernel's connection file at "${v.getDotPath(issue)}": ${issue.message}`,
  );
}
