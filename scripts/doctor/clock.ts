/**
 * Whether clocks agree.
 *
 * @module
 */
import type { Host } from "../../lib/base/host.ts";
import { Doubt } from "./examine.ts";

const TOLERATED_SECONDS = 60; // S3 refuses requests from 900 on; curves look odd much earlier

/** Compares this machine's clock with that of a server, whatever the server answers. */
export async function compareClocks(
  url: string,
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
): Promise<string> {
  const before = host.now();
  const response = await host.fetch(url, { signal, redirect: "manual" });
  await response.body?.cancel();
  const told = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(told)) return "the server does not tell its time";
  const apart = Math.round(Math.abs(told + 500 - (before + host.now()) / 2) / 1000); // it tells whole seconds
  if (apart <= TOLERATED_SECONDS) return `${apart} s apart`;
  throw new Doubt(
    `This machine's clock and the server's are ${apart} s apart, and S3 refuses requests from ` +
      "900 s on: set the clocks",
  );
}
