/**
 * What can be uploaded.
 *
 * @module
 */
import type { TransferSource } from "../../pipeline/artifact_transfer.ts";

/**
 * A file's content: bytes, text (stored as UTF-8), a blob such as an opened file's, a source that
 * opens it, or a stream. A stream can be read only once: where sending it fails, it is not sent
 * again.
 */
export type ArtifactContent =
  | string
  | Uint8Array<ArrayBuffer>
  | Blob
  | ReadableStream<Uint8Array<ArrayBuffer>>
  | TransferSource;

/** Any content as a source. */
export function toSource(content: ArtifactContent): TransferSource {
  if (content instanceof ReadableStream) {
    return { size: null, repeatable: false, open: () => content };
  }
  if (typeof content === "string" || content instanceof Uint8Array) {
    return toSource(new Blob([content]));
  }
  if (!(content instanceof Blob)) return content;
  return { size: content.size, repeatable: true, open: () => content.stream() };
}
