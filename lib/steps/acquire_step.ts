/**
 * `acquire` as a component.
 *
 * @module
 */
import { mnist } from "../digits/datasets.ts";
import { defineComponent } from "../pipeline/component.ts";
import { list, text } from "../pipeline/port.ts";
import { acquire } from "./acquire.ts";
import { fingerprintSource, resolveSource } from "./dataset_source.ts";
import { datasetArtifact } from "./artifacts.ts";

/** Gets the digits, and says which dataset they are. */
export const acquireStep = defineComponent({
  name: "acquire",
  description: "Gets labelled digits and checks that they are what they should be",
  inputs: {
    dataset: text("mnist, fashion-mnist, synthetic, an http(s) URL, or a folder", {
      default: "mnist",
    }),
    mirrors: list("Base URLs to fetch MNIST from; none stands for the published ones", {
      default: [],
    }),
  },
  outputs: {
    digits: datasetArtifact("Digits to learn from and to be judged on"),
    dataset: text("What the digits are: mnist, fashion-mnist, synthetic or custom"),
  },
  async fingerprint({ dataset, mirrors }, { host, signal }) {
    const source = await resolveSource(sourceOf(dataset), {
      host,
      signal,
      mnistMirrors: mirrors.map(String),
    });
    return await fingerprintSource(source, { host });
  },
  async run({ dataset, mirrors }, { host, signal, progress }) {
    const digits = await acquire(sourceOf(dataset), {
      host,
      signal,
      progress,
      mnistMirrors: mirrors.map(String),
    });
    return { digits, dataset: digits.name };
  },
});

/** Nobody watches a step: it never falls back on synthetic digits. */
function sourceOf(dataset: string): string {
  return dataset === "auto" ? mnist.name : dataset;
}
