/** Files as nobody wrote them. */
import { Random } from "../../lib/base/random.ts";

type Files = Readonly<Record<string, Uint8Array>>;

/** These files with damage: cut off, with a byte changed, replaced by noise, or lost. */
export function* damaged(files: Files, count: number): Generator<Files> {
  const random = new Random(11);
  const names = Object.keys(files);
  for (let round = 0; round < count; round++) {
    const name = names[random.integer(names.length)]!;
    const bytes = files[name]!.slice();
    const { [name]: _, ...others } = files;
    switch (random.integer(4)) {
      case 0:
        yield { ...files, [name]: bytes.subarray(0, random.integer(bytes.length)) };
        break;
      case 1:
        bytes[random.integer(bytes.length)]! ^= 1 + random.integer(255);
        yield { ...files, [name]: bytes };
        break;
      case 2:
        yield { ...files, [name]: bytes.map(() => random.integer(256)) };
        break;
      case 3:
        yield others;
        break;
    }
  }
}
