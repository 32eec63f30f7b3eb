/**
 * stdout is data, stderr is talk.
 *
 * @module
 */

/** Where a command's output goes. */
export interface Terminal {
  /** Data, to stdout. */
  print(text: string): void;
  /** Talk, to stderr, one line. */
  say(text: string): void;
  /** Replaces the line that is being drawn, on a live terminal only; nothing takes it away. */
  draw(text: string): void;
  /** Whether a person watches stderr, so that a line may be drawn over. */
  readonly live: boolean;
  /** Makes talk stand out where the terminal can: `bold`, `dim`, `red`, `green`, `yellow`. */
  style(text: string, style: Style): string;
}

export type Style = "bold" | "dim" | "red" | "green" | "yellow";

/** Says sentences that should not be overlooked. */
export function noticeOn(terminal: Terminal): (sentence: string) => void {
  return (sentence) => terminal.say(terminal.style(`! ${sentence}`, "yellow"));
}

const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/** The terminal this process was started in. */
export function processTerminal(): Terminal {
  const live = Deno.stderr.isTerminal();
  const colour = live && !Deno.noColor;
  return {
    live,
    print: (text) => write(Deno.stdout, text.endsWith("\n") ? text : text + "\n"),
    say: (text) => write(Deno.stderr, text + "\n"),
    draw(text) {
      if (live) write(Deno.stderr, `\r\x1b[K${text.slice(0, Deno.consoleSize().columns - 1)}`);
    },
    style: (text, style) =>
      colour ? `\x1b[${CODES[style][0]}m${text}\x1b[${CODES[style][1]}m` : text,
  };
}

function write(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let rest = new TextEncoder().encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
  } catch (error) {
    // A reader that left (`| head`) is no failure of ours.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
