import { strictEqual } from "node:assert/strict";
import { type Verdict, verdictText } from "../../lib/steps/verdict.ts";

const won: Verdict = {
  candidate: 4,
  champion: 4,
  before: 3,
  accuracy: 0.994,
  accuracyBefore: 0.9932,
  count: 5_000,
  problem: null,
  otherSplit: false,
};
const unmeasured = { accuracy: null, accuracyBefore: null };

for (
  const [verdict, text] of [
    [
      won,
      "version 4 is champion: 99.40 % against 99.32 % of version 3 on 5,000 validation digits",
    ],
    [
      { ...won, champion: 3, accuracy: 0.99 },
      "version 3 stays champion: 99.32 % against 99.00 % of version 4 on 5,000 validation digits",
    ],
    [
      { ...won, champion: 3, accuracy: 0.9932 },
      "version 3 stays champion: version 4 is as good, 99.32 % on 5,000 validation digits",
    ],
    [{ ...won, before: null, ...unmeasured }, "version 4 is champion, the first one"],
    [
      { ...won, before: 4, ...unmeasured },
      "version 4 stays champion: it is the very same model",
    ],
    [
      { ...won, ...unmeasured, problem: "it reads pictures of 4 × 3 × 1" },
      "version 4 is champion as version 3 can't be compared with it: it reads pictures of 4 × 3 × 1",
    ],
    [
      { ...won, otherSplit: true },
      "version 4 is champion: 99.40 % against 99.32 % of version 3 on 5,000 validation digits, " +
      "of some of which version 3 may have learned",
    ],
    [
      { ...won, accuracy: 0.99401, accuracyBefore: 0.994, count: 100_000 },
      "version 4 is champion: 99.401 % against 99.400 % of version 3 on 100,000 validation digits",
    ],
    [
      { ...won, champion: 3, accuracy: 0, accuracyBefore: 0, count: 0 },
      "version 3 stays champion: version 4 is as good, 0.00 % on 0 validation digits",
    ],
  ] as const
) {
  Deno.test(`verdictText(): ${text}`, () => strictEqual(verdictText(verdict), text));
}
