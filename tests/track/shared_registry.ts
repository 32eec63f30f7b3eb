/** What a registry in a store has to do when several programs change it. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { ArtifactStore } from "../../lib/pipeline/mod.ts";
import { storeRegistry } from "../../lib/track/store_registry.ts";

/** Registers the tests for one kind of store. Every registry of a test is another program's. */
export function testSharedRegistry(
  name: string,
  open: () => Promise<AsyncDisposable & { readonly store: ArtifactStore }>,
): void {
  const filesOf = (text: string) => ({ "": new TextEncoder().encode(text) });
  const programs = [0, 1, 2, 3];

  Deno.test(`${name} gives every program's model a version of its own, and the same model one`, async () => {
    await using place = await open();
    const registries = programs.map(() => storeRegistry(place.store));
    const made = await Promise.all(
      registries.flatMap((registry, program) => [
        registry.register("m", filesOf(`own ${program}`), { runId: `${program}`, tags: {} }),
        registry.register("m", filesOf("shared"), { runId: `${program}`, tags: {} }),
      ]),
    );
    const shared = made.filter((_, i) => i % 2 === 1);
    for (const version of shared) deepStrictEqual(version, shared[0]);
    const versions = await storeRegistry(place.store).versions("m");
    strictEqual(versions.length, programs.length + 1);
    strictEqual(new Set(versions.map(({ version }) => version)).size, versions.length);
    for (const registry of registries) deepStrictEqual(await registry.versions("m"), versions);
    for (const version of made) {
      deepStrictEqual(versions.find((other) => other.version === version.version), version);
    }
  });

  Deno.test(`${name} loses no move of an alias`, async () => {
    await using place = await open();
    const registries = programs.map(() => storeRegistry(place.store));
    for (const program of programs) {
      await registries[0]!.register("m", filesOf(`${program}`), { runId: "", tags: {} });
    }
    await Promise.all(
      registries.map((registry, program) => registry.setAlias("m", "champion", program + 1)),
    );
    const history = await storeRegistry(place.store).aliasHistory("m", "champion");
    deepStrictEqual([...history].sort(), [1, 2, 3, 4]);
    for (const registry of registries) {
      deepStrictEqual(await registry.aliasHistory("m", "champion"), history);
      strictEqual((await registry.alias("m", "champion"))?.version, history.at(-1));
    }
  });
}
