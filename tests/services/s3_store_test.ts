/** The contract of artifact stores, on real S3 servers. */
import { type S3Server, startMinio, startSeaweedfs } from "../../scripts/services/mod.ts";
import { localHost } from "../../lib/base/local_host.ts";
import { s3Store } from "../../lib/store/s3_store.ts";
import { testStore } from "../store/store_contract.ts";

const host = localHost({ cacheFolder: "" });

for (const start of [startMinio, startSeaweedfs]) {
  let server: S3Server;
  let stores = 0;
  Deno.test.beforeAll(async () => {
    server = await start();
  });
  Deno.test.afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  testStore(`s3Store() on ${start.name.slice("start".length)}`, () => {
    const { url: endpoint, accessKey, secretKey } = server;
    // One bucket for all: SeaweedFS sets disk space aside for each.
    const place = { bucket: "contract", prefix: `tests/${++stores}` };
    const store = s3Store({ endpoint, accessKey, secretKey, ...place, host });
    return Promise.resolve({ store, [Symbol.asyncDispose]: () => Promise.resolve() });
  });
}
