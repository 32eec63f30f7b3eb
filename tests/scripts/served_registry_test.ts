import assert from "node:assert/strict";
import { DataError, UnavailableError } from "../../lib/base/errors.ts";
import { type ServedRegistry, withFallback } from "../../scripts/cli/served_registry.ts";

function registryOf(name: string, failure?: () => Error | undefined): ServedRegistry {
  const answer = <T>(value: T) => {
    const error = failure?.();
    return error ? Promise.reject(error) : Promise.resolve(value);
  };
  return {
    names: () => answer([name]),
    versions: () => answer([]),
    alias: () => answer(undefined),
    files: () => answer({}),
  };
}

Deno.test("withFallback() asks the second registry until the first has answered, and never after", async () => {
  let away = true;
  const first = registryOf("first", () => away ? new UnavailableError("away") : undefined);
  const registry = withFallback(first, registryOf("second"));
  assert.deepEqual(await registry.names(), ["second"]);
  away = false;
  assert.deepEqual(await registry.names(), ["first"]);
  away = true;
  await assert.rejects(registry.names(), new UnavailableError("away"));
});

Deno.test("withFallback() passes on what is wrong with the first registry itself", async () => {
  const first = registryOf("first", () => new DataError("damaged"));
  const registry = withFallback(first, registryOf("second"));
  await assert.rejects(registry.versions("a"), new DataError("damaged"));
});
