/**
 * Where a kernel listens: the file that Jupyter hands it.
 *
 * @module
 */
import * as v from "valibot";
import { UsageError } from "../../lib/base/errors.ts";
import { freePort } from "../services/ports.ts";

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

/** Free ports of this machine, and a new key. */
export function newConnection(): Connection {
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    shell_port: freePort(),
    iopub_port: freePort(),
    stdin_port: freePort(),
    control_port: freePort(),
    hb_port: freePort(),
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
