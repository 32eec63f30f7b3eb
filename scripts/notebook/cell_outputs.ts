/**
 * What a cell shows, put together from a kernel's messages.
 *
 * @module
 */
import type { JupyterMessage } from "./jupyter_message.ts";
import type { CellOutput } from "./notebook_file.ts";

/** The outputs of the cells of one notebook. An output may be replaced long after its cell is done. */
export class CellOutputs {
  #outputs: CellOutput[] = [];
  readonly #byDisplayId = new Map<string, CellOutput[]>();
  #clearsNext = false;

  /** From now on a new cell is run; gives its outputs, which may yet change. */
  begin(): readonly CellOutput[] {
    this.#outputs = [];
    this.#clearsNext = false;
    return this.#outputs;
  }

  /** Whether the cell that runs shows an error. */
  get hasError(): boolean {
    return this.#outputs.some(({ output_type }) => output_type === "error");
  }

  /** Takes up what a kernel tells. */
  add({ type, content }: Pick<JupyterMessage, "type" | "content">): void {
    switch (type) {
      case "stream":
        return this.#addStream(String(content["name"]), String(content["text"]));
      case "display_data":
        return this.#addDisplay(content);
      case "update_display_data":
        for (const output of this.#byDisplayId.get(displayId(content) ?? "") ?? []) {
          Object.assign(output, shown(content));
        }
        return;
      case "execute_result":
        return this.#push({
          output_type: type,
          ...shown(content),
          execution_count: content["execution_count"],
        });
      case "error": {
        const { ename, evalue, traceback } = content;
        return this.#push({ output_type: type, ename, evalue, traceback });
      }
      case "clear_output":
        if (content["wait"] === true) this.#clearsNext = true;
        else this.#outputs.length = 0;
    }
  }

  #addStream(name: string, text: string): void {
    const last = this.#outputs.at(-1);
    if (!this.#clearsNext && last?.output_type === "stream" && last["name"] === name) {
      last["text"] = String(last["text"]) + text;
    } else {
      this.#push({ output_type: "stream", name, text });
    }
  }

  #addDisplay(content: JupyterMessage["content"]): void {
    const output = { output_type: "display_data", ...shown(content) };
    this.#push(output);
    const id = displayId(content);
    if (id === undefined) return;
    this.#byDisplayId.set(id, [...this.#byDisplayId.get(id) ?? [], output]);
  }

  #push(output: CellOutput): void {
    if (this.#clearsNext) this.#outputs.length = 0;
    this.#clearsNext = false;
    this.#outputs.push(output);
  }
}

function shown(
  { data, metadata }: JupyterMessage["content"],
): { data: unknown; metadata: unknown } {
  return { data, metadata: metadata ?? {} };
}

function displayId({ transient }: JupyterMessage["content"]): string | undefined {
  return (transient as { readonly display_id?: string } | undefined)?.display_id;
}
