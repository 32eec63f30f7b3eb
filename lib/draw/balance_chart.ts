/**
 * How many pictures there are of each class, as a chart.
 *
 * @module
 */
import type { Digits } from "../digits/digits.ts";
import { chartOf, colours, type VegaLiteSpec } from "./chart.ts";

/** How many pictures of each class, in the order of the classes. */
export function countClasses({ labels, classNames }: Digits): readonly number[] {
  const counts = new Array<number>(classNames.length).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}

/** A bar for each class, one row of bars for each part of the dataset. */
export function balanceChart(parts: Readonly<Record<string, Digits>>): VegaLiteSpec {
  const fills = [colours.blue, colours.vermilion, colours.green];
  return chartOf(
    ...Object.entries(parts).map(([part, digits], i) => {
      const counts = countClasses(digits);
      const isWordy = digits.classNames.some((name) => name.length > 4);
      return {
        title: `${part}: ${digits.labels.length.toLocaleString("en-US")}`,
        width: { step: 20 },
        height: 150,
        data: { values: digits.classNames.map((name, label) => ({ name, count: counts[label]! })) },
        mark: { type: "bar" as const, color: fills[i % fills.length]!, opacity: 0.85 },
        encoding: {
          x: {
            field: "name",
            type: "nominal" as const,
            title: null,
            sort: [...digits.classNames],
            axis: { labelAngle: isWordy ? -45 : 0, ticks: false },
          },
          y: {
            field: "count",
            type: "quantitative" as const,
            title: null,
            axis: { tickCount: 5, format: "~s" },
          },
          tooltip: [{ field: "name" }, {
            field: "count",
            type: "quantitative" as const,
            format: ",",
          }],
        },
      };
    }),
  );
}
