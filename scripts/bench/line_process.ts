/**
 * Another program, to be talked with in lines.
 *
 * @module
 */
import { UnavailableError } from "../../lib/base/errors.ts";

const END_MS = 5_000; // Python with TensorFlow takes well under a second to end.

/** What to start, and how long to wait for it. */
export interface LineProcessOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** For each line. */
  readonly timeoutMs: number;
  /** Kills the program. */
  readonly signal?: AbortSignal;
}

/** A program that answers each line of its standard input with one of its standard output. */
export class LineProcess implements AsyncDisposable {
  readonly #options: LineProcessOptions;
  readonly #child: Deno.ChildProcess;
  readonly #questions: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #answers: AsyncGenerator<string, void>;
  readonly #complaint: Promise<string>;

  /** @throws {UnavailableError} when there is no such program. */
  constructor(options: LineProcessOptions) {
    options.signal?.throwIfAborted();
    this.#options = options;
    this.#child = spawn(options);
    this.#questions = this.#child.stdin.getWriter();
    this.#answers = readLines(this.#child.stdout);
    this.#complaint = readLastLine(this.#child.stderr);
    options.signal?.addEventListener("abort", this.#kill);
  }

  /** Says one line, and waits for the answer as {@linkcode hear} does. */
  async ask(question: string): Promise<string> {
    // Writing to a program that has ended fails; hear() then says why it ended.
    await this.#questions.write(new TextEncoder().encode(question + "\n")).catch(() => {});
    return await this.hear();
  }

  /**
   * The next line.
   * @throws {UnavailableError} when the program ends instead, or takes longer than its time.
   */
  async hear(): Promise<string> {
    const { program, timeoutMs, signal } = this.#options;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#kill();
    }, timeoutMs);
    const { value } = await this.#answers.next();
    clearTimeout(timer);
    signal?.throwIfAborted();
    if (late) {
      throw new UnavailableError(`Cannot wait for ${program} any longer than ${timeoutMs} ms`);
    }
    if (value === undefined) {
      throw new UnavailableError(`Cannot go on as ${program} ended: ${await this.#complaint}`);
    }
    return value;
  }

  /** Ends the program by closing its standard input; kills it when that does not help. */
  async [Symbol.asyncDispose](): Promise<void> {
    const timer = setTimeout(this.#kill, END_MS);
    await this.#questions.close().catch(() => {});
    for await (const _ of this.#answers); // A full pipe would keep it from ending.
    await this.#complaint;
    await this.#child.status;
    clearTimeout(timer);
    this.#options.signal?.removeEventListener("abort", this.#kill);
  }

  readonly #kill = (): void => {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // It has ended already.
    }
  };
}

function spawn({ program, args }: LineProcessOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UnavailableError(`Cannot start ${program}: there is no such program`);
  }
}

/** Text in lines, as they come. */
export async function* readLines(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void> {
  let rest = "";
  for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

/** Where programs say why they give up. */
async function readLastLine(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let last = "it does not say why";
  for await (const line of readLines(bytes)) {
    if (line.trim()) last = line.trim();
  }
  return last;
}
