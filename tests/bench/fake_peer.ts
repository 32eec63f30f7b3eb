/** Talks as a peer does, and misbehaves when it is asked for as many images as one of these. */
import process from "node:process";
import { createInterface } from "node:readline";

console.log(JSON.stringify({ name: "Fake", version: "fake 1.0" }));
for await (const line of createInterface({ input: process.stdin })) {
  const { measure, images, batch } = JSON.parse(line);
  switch (images) {
    case 1:
      console.log(JSON.stringify({ error: "ValueError: one is too few" }));
      break;
    case 2:
      console.log("not JSON");
      break;
    case 3:
      console.log(JSON.stringify({ imagesPerSecond: -1, form: "backwards" }));
      break;
    case 4:
      console.error("Traceback:\n  some lines\nMemoryError: no room\n");
      process.exit(1);
      break;
    case 5: // Says nothing more.
      break;
    case 6:
      console.error("x".repeat(1 << 20)); // More than a pipe holds.
      console.log(JSON.stringify({ imagesPerSecond: 6, form: "loud" }));
      break;
    default:
      console.log(JSON.stringify(
        measure === "latency"
          ? { medianMs: images, p99Ms: 2 * images, form: measure }
          : { imagesPerSecond: images * batch, form: measure },
      ));
  }
}
