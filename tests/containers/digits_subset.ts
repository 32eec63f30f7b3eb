/** The first digits of MNIST, or synthetic ones, over HTTP. */
import { join } from "node:path";
import { idxFileNames, type IdxRole, idxRoles } from "../../lib/digits/datasets.ts";
import { type Dataset, type Digits, selectDigits } from "../../lib/digits/digits.ts";
import { datasetCodec } from "../../lib/digits/digits_codec.ts";
import { gunzip } from "../../lib/digits/gzip.ts";
import { datasetFromIdx, type NamedIdx } from "../../lib/digits/idx_dataset.ts";
import { syntheticDataset } from "../../lib/digits/synthetic.ts";
import { serveFiles, type TestServer, testServer } from "../base/test_server.ts";

/** How many digits of each half. */
export interface SubsetCounts {
  readonly train: number;
  readonly test: number;
}

/** Serves four IDX files, as `--data URL` wants them. */
export async function serveDigits(counts: SubsetCounts): Promise<TestServer> {
  const folder = Deno.env.get("DIGITS_MNIST");
  const dataset = folder === undefined ? syntheticDataset(counts) : await readMnist(folder);
  return await testServer(serveFiles(datasetCodec.encode({
    ...dataset,
    train: firstOf(dataset.train, counts.train),
    test: firstOf(dataset.test, counts.test),
  })));
}

async function readMnist(folder: string): Promise<Dataset> {
  const entries = await Promise.all(idxRoles.map(async (role): Promise<[IdxRole, NamedIdx]> => {
    const name = idxFileNames[role];
    const content = await gunzip(await Deno.readFile(join(folder, `${name}.gz`)), {
      name,
      maxBytes: 1 << 27,
    });
    return [role, { name, content }];
  }));
  const files = Object.fromEntries(entries) as Record<IdxRole, NamedIdx>;
  return datasetFromIdx(files, { name: "mnist", source: folder });
}

function firstOf(digits: Digits, count: number): Digits {
  return selectDigits(digits, Array.from({ length: count }, (_, index) => index));
}
