/**
 * Tries a service before it counts as deployed.
 *
 * @module
 */
import { messageOf, UnavailableError } from "../../base/errors.ts";
import type { Waiting } from "../kubernetes/cluster.ts";
import { DeployError } from "./deploy_error.ts";
import { type Patience, POLL_MS } from "./present_service.ts";

/** Rejects where the service at the address does not answer as it should. */
export type SmokeTest = (url: string, options: Waiting) => Promise<void>;

const TRIES = 5; // routes take some seconds

/** Runs it, and again while the service can't be reached. @throws {DeployError} */
export async function smokeTest(
  test: SmokeTest,
  url: string,
  { host, progress, signal }: Patience,
): Promise<void> {
  progress(`tries it at ${url}`);
  const waiting = signal ? { signal } : {};
  for (let tries = 1;; tries++) {
    try {
      return await test(url, waiting);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof UnavailableError) || tries === TRIES) {
        const message = `its smoke test at ${url} fails: ${messageOf(error)}`;
        throw new DeployError(message, { reason: "SmokeTestFailed", cause: error });
      }
    }
    await host.sleep(POLL_MS, waiting);
  }
}
