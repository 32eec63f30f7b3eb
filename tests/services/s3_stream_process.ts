/** Stores or reads one artifact of made-up bytes in a process of its own, and prints its peak memory. */
import { localHost } from "../../lib/base/local_host.ts";
import { s3Store } from "../../lib/store/s3_store.ts";

const { direction, size, key, ...place } = JSON.parse(Deno.args[0]!);
const store = s3Store({ ...place, host: localHost({ cacheFolder: "" }) });
const block = Uint8Array.from({ length: 65_536 }, (_, i) => (i * i) % 251);

/** No two parts are alike: each block begins with its number. */
function madeUp(): ReadableStream<Uint8Array> {
  let number = 0;
  return new ReadableStream({
    pull(controller) {
      const bytes = block.slice(0, Math.max(0, size - number * block.length));
      if (bytes.length === 0) return controller.close();
      new DataView(bytes.buffer).setUint32(0, number++);
      controller.enqueue(bytes);
    },
  }, { highWaterMark: 0 });
}

let read = 0;
if (direction === "up") await store.put(key, { "model.onnx": { stream: madeUp } });
else for await (const chunk of await store.open(store.uri(key), "model.onnx")) read += chunk.length;

const status = await Deno.readTextFile("/proc/self/status");
const peakMb = Number(status.match(/VmHWM:\s+(\d+)/)![1]) * 1024 / 1e6;
console.log(JSON.stringify({ read, peakMb }));
