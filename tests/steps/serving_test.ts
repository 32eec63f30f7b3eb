import { deepStrictEqual, throws } from "node:assert/strict";
import { UsageError } from "../../lib/base/errors.ts";
import type { JsonValue } from "../../lib/pipeline/port.ts";
import { parseServing } from "../../lib/steps/serving.ts";

Deno.test("parseServing() takes every setting", () => {
  deepStrictEqual(parseServing({ target: "local" }), { target: "local" });
  deepStrictEqual(parseServing({ target: "kserve" }), { target: "kserve" });
  deepStrictEqual(parseServing({ target: "kserve", max_replicas: 2 }), {
    target: "kserve",
    replicas: { max: 2 },
  });
  const resources = {
    requests: { cpu: "500m", memory: "256Mi" },
    limits: { "nvidia.com/gpu": "1" },
  };
  const serving = {
    target: "kserve",
    namespace: "team",
    runtime: "triton",
    image: "localhost/digits:1",
    pull_policy: "Never",
    min_replicas: 0,
    max_replicas: 2,
    scale_metric: "cpu",
    scale_target: 80,
    resources,
    canary_percent: 10,
    service_account: "sa",
    mode: "Standard",
  };
  deepStrictEqual(parseServing(serving), {
    target: "kserve",
    namespace: "team",
    runtime: "triton",
    image: "localhost/digits:1",
    pullPolicy: "Never",
    replicas: { min: 0, max: 2 },
    scale: { metric: "cpu", target: 80 },
    resources,
    canaryPercent: 10,
    serviceAccount: "sa",
    mode: "Standard",
  });
});

Deno.test("parseServing() names the path of what is wrong", () => {
  const kserve = (changes: { readonly [key: string]: JsonValue }) => ({
    target: "kserve",
    ...changes,
  });
  for (
    const [value, message] of [
      ["kserve", ': it must be an object such as {"target":"kserve"}, got "kserve"'],
      [{}, '.target: it must be "local" or "kserve", got undefined'],
      [{ target: "moon" }, '.target: it must be "local" or "kserve", got "moon"'],
      [
        kserve({ max_replicas: 0 }),
        ".max_replicas: it must be a whole number from 1 to 1000, got 0",
      ],
      [
        kserve({ min_replicas: 1.5 }),
        ".min_replicas: it must be a whole number from 0 to 1000, got 1.5",
      ],
      [
        kserve({ min_replicas: 3, max_replicas: 2 }),
        ".min_replicas: it must be at most max_replicas, 2, got 3",
      ],
      [
        kserve({ runtime: "mlserver" }),
        '.runtime: it must be "digits" or "triton", got "mlserver"',
      ],
      [
        kserve({ namespace: "Team A" }),
        '.namespace: it must be of lower-case letters, digits and "-", got "Team A"',
      ],
      [
        kserve({ resources: { requests: { cpu: 2 } } }),
        ".resources.requests.cpu: it must be a text, got 2",
      ],
      [
        kserve({ resources: { limits: { memory: "much" } } }),
        '.resources.limits.memory: it must be an amount such as "500m" or "512Mi", got "much"',
      ],
      [
        kserve({ replicas: 2 }),
        ".replicas: there is no such setting; known for kserve are target, namespace, runtime, " +
        "image, pull_policy, min_replicas, max_replicas, scale_metric, scale_target, resources, " +
        "canary_percent, service_account, mode",
      ],
    ] as const
  ) {
    throws(() => parseServing(value), new UsageError(`Cannot use serving${message}`));
  }
});
