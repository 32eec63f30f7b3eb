/**
 * Which model and version reads.
 *
 * @module
 */
import { elementById, make } from "./elements.ts";
import type { Choice, ListedModel } from "./inference.ts";

/** The two lists at the top of the page. */
export class ModelPicker {
  readonly #model = elementById("model", HTMLSelectElement);
  readonly #version = elementById("version", HTMLSelectElement);
  #models: readonly ListedModel[] = [];

  /** @param onChoice another model or version was chosen. */
  constructor(onChoice: () => void) {
    this.#model.addEventListener("change", () => {
      this.#showVersions("");
      onChoice();
    });
    this.#version.addEventListener("change", onChoice);
  }

  /** What is chosen; `undefined` when there is no model. */
  get choice(): Choice | undefined {
    if (!this.chosen) return undefined;
    const { name, protocol } = this.chosen;
    return { name, protocol, version: this.#version.value || undefined };
  }

  /** The chosen model. */
  get chosen(): ListedModel | undefined {
    return this.#models[this.#model.selectedIndex];
  }

  /** The models that there are now. What was chosen stays so, if it is still there. */
  set models(models: readonly ListedModel[]) {
    const { choice } = this;
    this.#models = models;
    fill(this.#model, models.map(({ name }) => [name, name]), choice?.name ?? "");
    this.#model.disabled = models.length === 0;
    this.#showVersions(choice?.version ?? "");
  }

  #showVersions(version: string): void {
    const versions = this.chosen?.versions ?? [];
    const newestFirst = versions.toReversed().map((name) => [name, name] as const);
    fill(this.#version, [["", "latest"], ...newestFirst], version);
    this.#version.hidden = this.#version.labels[0]!.hidden = versions.length === 0;
  }
}

function fill(
  select: HTMLSelectElement,
  entries: readonly (readonly [value: string, text: string])[],
  chosen: string,
): void {
  const options = entries.map(([value, text]) => {
    const option = make("option", "", text);
    option.value = value;
    return option;
  });
  select.replaceChildren(...options);
  select.selectedIndex = Math.max(0, entries.findIndex(([value]) => value === chosen));
}
