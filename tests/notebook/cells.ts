/** Notebooks made of a few lines. */
import type { CellOutput, NotebookFile } from "../../scripts/notebook/notebook_file.ts";

/** A notebook of cells with this code. */
export function notebookOf(...sources: readonly string[]): NotebookFile {
  return {
    cells: sources.map((source) => ({ cell_type: "code", metadata: {}, source, outputs: [] })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/** The outputs of each cell. */
export function outputsOf({ cells }: NotebookFile): readonly (readonly CellOutput[])[] {
  return cells.map(({ outputs }) => outputs ?? []);
}

/** The text of each cell's last output: what it wrote, or its value. */
export function textsOf(notebook: NotebookFile): readonly string[] {
  return outputsOf(notebook).map((outputs) => {
    const { text, data } = outputs.at(-1) as {
      readonly text?: string;
      readonly data?: Readonly<Record<string, string>>;
    };
    return text ?? data?.["text/plain"] ?? "";
  });
}

/** An empty folder, removed in the end. */
export class Folder implements AsyncDisposable {
  readonly path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "digits-notebook-" }));

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
