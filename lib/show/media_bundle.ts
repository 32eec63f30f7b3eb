/**
 * What a notebook shows of a value: the same thing in several forms, of which each reader (JupyterLab,
 * VS Code, a code host, nbconvert) takes the best that it knows.
 *
 * @module
 */

/** Content by its MIME type: text, base64 of a picture, or JSON. `text/plain` is what is left without pictures. */
export interface MediaBundle {
  /** For those who see no pictures, and for terminals. */
  readonly "text/plain": string;
  /** The other forms. */
  readonly [mimeType: string]: string | object;
}

/** The forms of a bundle beside its text. */
export type Pictures = Readonly<Record<string, string | object>>;
