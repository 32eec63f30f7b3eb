/**
 * A form with one file in it, as browsers send it.
 *
 * @module
 */
import { hashHex } from "../../base/bytes.ts";
import { Upload } from "./kubeflow_http.ts";

/** `multipart/form-data` with one file. */
export function encodeForm(
  { field, filename, text }: {
    readonly field: string;
    readonly filename: string;
    readonly text: string;
  },
): Upload {
  const boundary = `digits-${hashHex(text).slice(0, 32)}`; // no text holds its own hash by chance
  const parts = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="${field}"; filename="${filename}"`,
    "Content-Type: application/yaml",
    "",
    text,
    `--${boundary}--`,
    "",
  ];
  const bytes = new TextEncoder().encode(parts.join("\r\n"));
  return new Upload(bytes, `multipart/form-data; boundary=${boundary}`);
}
