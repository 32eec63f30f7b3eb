/** A registry in a bucket of a real S3 server. */
import { localHost } from "../../lib/base/local_host.ts";
import type { ArtifactStore } from "../../lib/pipeline/artifact_store.ts";
import { s3Store } from "../../lib/store/s3_store.ts";
import { storeRegistry } from "../../lib/track/store_registry.ts";
import { type S3Server, startMinio } from "../../scripts/services/mod.ts";
import { testRegistry } from "../track/registry_contract.ts";
import { testSharedRegistry } from "../track/shared_registry.ts";

const host = localHost({ cacheFolder: "" });
let server: S3Server;
let stores = 0;

Deno.test.beforeAll(async () => {
  server = await startMinio();
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

function open(): Promise<AsyncDisposable & { readonly store: ArtifactStore }> {
  const { url: endpoint, accessKey, secretKey } = server;
  const place = { bucket: "registry", prefix: `tests/${++stores}` };
  const store = s3Store({ endpoint, accessKey, secretKey, ...place, host });
  return Promise.resolve({ store, [Symbol.asyncDispose]: () => Promise.resolve() });
}

testRegistry("storeRegistry() on MinIO", async (clock) => {
  const { store, [Symbol.asyncDispose]: dispose } = await open();
  return { registry: storeRegistry(store, clock), [Symbol.asyncDispose]: dispose };
});

testSharedRegistry("storeRegistry() on MinIO", open);
