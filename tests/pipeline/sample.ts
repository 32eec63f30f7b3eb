/** A small pipeline in the shape of the real one, and what it runs with. */
import { DataError } from "../../lib/base/errors.ts";
import type { ArtifactStore } from "../../lib/pipeline/artifact_store.ts";
import { type Codec, defineComponent, integer, text } from "../../lib/pipeline/mod.ts";
import { artifact, type RunLocalOptions } from "../../lib/pipeline/mod.ts";
import type { RunOptions } from "../../lib/pipeline/tracker.ts";
import { memoryStore } from "../../lib/store/memory_store.ts";
import { memoryTracker } from "../../lib/track/memory_tracker.ts";
import { testHost } from "./test_host.ts";

/** Whole numbers as text. */
export const numbersCodec: Codec<readonly number[]> = {
  encode: (numbers) => ({ "numbers.txt": new TextEncoder().encode(numbers.join(" ")) }),
  decode(files) {
    const bytes = files["numbers.txt"];
    if (bytes === undefined) throw new DataError("Cannot read numbers: numbers.txt is missing");
    const text = new TextDecoder().decode(bytes);
    return text === "" ? [] : text.split(" ").map(Number);
  },
};

export const numbers = (description: string) => artifact(description, { codec: numbersCodec });

/** 1, 2, … up to `count`. */
export const count = defineComponent({
  name: "count",
  description: "Counts",
  inputs: { count: integer("How far", { default: 3 }) },
  outputs: { numbers: numbers("The numbers") },
  run: ({ count }) => ({ numbers: Array.from({ length: count }, (_, i) => i + 1) }),
});

export const sum = defineComponent({
  name: "sum",
  description: "Adds up",
  inputs: { numbers: numbers("What to add up") },
  outputs: { sum: integer("The sum") },
  run: ({ numbers }) => ({ sum: numbers.reduce((a, b) => a + b, 0) }),
});

export const shout = defineComponent({
  name: "shout",
  description: "Says something loudly",
  inputs: { what: text("What to say") },
  outputs: { said: text("What was said") },
  run: ({ what }) => ({ said: what.toUpperCase() }),
});

/** What a run starts with that nobody looks at. */
export const someRun: RunOptions = {
  experiment: "tests",
  name: "test",
  params: {},
  tags: {},
  resumeKey: "",
};

/** Everything a pipeline needs to run, in memory. */
export async function bench(
  options: Partial<RunLocalOptions> & { readonly store?: ArtifactStore } = {},
): Promise<RunLocalOptions> {
  const tracker = memoryTracker({ now: () => 0 });
  const run = await tracker.start(someRun);
  return { store: memoryStore(), run, host: testHost(), ...options };
}
