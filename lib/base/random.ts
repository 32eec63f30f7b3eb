/**
 * A seeded generator whose state can be saved, so that a resumed training run
 * draws the very numbers the interrupted one would have drawn.
 *
 * @module
 */

/** The four 32-bit words of a {@linkcode Random}. */
export type RandomState = readonly [number, number, number, number];

/**
 * xoshiro128** by Blackman and Vigna, seeded through SplitMix32. Fast, and good
 * enough for shuffles and dropout; never for secrets.
 *
 * ```ts
 * import { Random } from "@fourdotinfinity/digits-recognizer";
 * const random = new Random(7);
 * const saved = random.state;
 * const a = random.uniform();
 * random.state = saved;
 * console.assert(random.uniform() === a);
 * ```
 */
export class Random {
  // In an array, as V8 boxes integers this large in fields, which takes twice the time.
  readonly #words = new Int32Array(4);

  /** The generator of this seed. @param seed any integer; only its low 32 bits count. */
  constructor(seed: number) {
    let x = seed >>> 0;
    const next = (): number => {
      x = (x + 0x9e3779b9) >>> 0;
      let z = x;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    this.state = [next(), next(), next(), next()];
  }

  /** Everything that decides the numbers to come. */
  get state(): RandomState {
    const [a, b, c, d] = new Uint32Array(this.#words);
    return [a!, b!, c!, d!];
  }

  set state([a, b, c, d]: RandomState) {
    if ((a | b | c | d) === 0) {
      throw new RangeError(
        "Cannot set the state of a Random to four zeros: it would only ever draw zeros",
      );
    }
    this.#words.set([a, b, c, d]);
  }

  /** 32 random bits, as an integer from 0 to 2³² − 1. */
  bits(): number {
    const words = this.#words;
    const a = words[0]!;
    const b = words[1]!;
    const c = words[2]! ^ a;
    const d = words[3]! ^ b;
    words[0] = a ^ d;
    words[1] = b ^ c;
    words[2] = c ^ (b << 9);
    words[3] = (d << 11) | (d >>> 21);
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9);
    return result >>> 0;
  }

  /** A number from `low` up to, but not including, `high`. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.bits() / 0x1_0000_0000);
  }

  /** An integer from 0 up to, but not including, `below`. */
  integer(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  /** A number from the normal distribution (Box and Muller's, one of the pair). */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Puts `items` in a random order, in place (Fisher and Yates'), and returns them. */
  shuffle<T extends { length: number; [index: number]: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = items[i]!;
      items[i] = items[j]!;
      items[j] = held;
    }
    return items;
  }
}
