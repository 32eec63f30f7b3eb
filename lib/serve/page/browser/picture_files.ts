/**
 * Files that are chosen, dropped or pasted.
 *
 * @module
 */
import { elementById } from "./elements.ts";

/**
 * Takes the first file of each choice, drop and paste, wherever on the page that is.
 *
 * @param sheet shows that a file may be dropped.
 */
export function listenToFiles(sheet: HTMLElement, take: (file: File) => void): void {
  const input = elementById("file", HTMLInputElement);
  const takeFirst = (files: FileList | undefined | null) => {
    const file = files?.[0];
    if (file) take(file);
  };
  elementById("choose", HTMLButtonElement).addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    takeFirst(input.files);
    input.value = ""; // the same file may be chosen again
  });
  document.addEventListener("paste", (event) => takeFirst(event.clipboardData?.files));
  document.addEventListener("dragover", (event) => {
    event.preventDefault(); // it may be dropped
    sheet.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) sheet.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault(); // the browser would open it
    sheet.classList.remove("dropping");
    takeFirst(event.dataTransfer?.files);
  });
}
