/**
 * The beginning of a file that is being downloaded: in memory, and written
 * behind to disk so that a later run can go on with it.
 *
 * @module
 */
import { concatBytes, encodeJson, hashHex } from "./bytes.ts";
import type { Disk } from "./host.ts";

const SAVE_EVERY_BYTES = 256 << 10; // what a killed run loses at most

/** A growing file. Where another process writes the same part, this one goes on in memory alone. */
export class PartialFile {
  readonly #disk: Disk;
  readonly #path: string | undefined;
  readonly #origin: string;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #unsaved: Uint8Array[] = [];
  #unsavedSize = 0;
  #mark: string | undefined;
  #saving = false;
  #resumed = false;

  private constructor(url: string | URL, disk: Disk, path: string | undefined) {
    this.#disk = disk;
    this.#path = path;
    this.#origin = hashHex(String(url)); // the URL itself may hold a secret
  }

  /** What an earlier run left of the file at this URL, or the empty beginning. */
  static async open(
    url: string | URL,
    disk: Disk,
    path: string | undefined,
  ): Promise<PartialFile> {
    const file = new PartialFile(url, disk, path);
    await file.#load();
    return file;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** What the server marked this version of the file with. */
  get mark(): string | undefined {
    return this.#mark;
  }

  /** Whether its first bytes are from an earlier run. */
  get resumed(): boolean {
    return this.#resumed;
  }

  /** A copy of all bytes so far. */
  bytes(): Uint8Array<ArrayBuffer> {
    return concatBytes(this.#chunks);
  }

  /** Forgets everything: the bytes to come are those of the version with this mark. */
  async restart(mark: string | undefined): Promise<void> {
    this.#chunks = [];
    this.#size = 0;
    this.#unsaved = [];
    this.#unsavedSize = 0;
    this.#mark = mark;
    this.#resumed = false;
    this.#saving = this.#path !== undefined && mark !== undefined;
    await this.remove();
    if (this.#saving) {
      await this.#disk.write(`${this.#path}.json`, encodeJson({ origin: this.#origin, mark }));
    }
  }

  /** Adds the next bytes. */
  async add(chunk: Uint8Array): Promise<void> {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#unsaved.push(chunk);
    this.#unsavedSize += chunk.length;
    if (this.#unsavedSize >= SAVE_EVERY_BYTES) await this.save();
  }

  /** Puts on disk what is not there yet. */
  async save(): Promise<void> {
    if (this.#saving && this.#unsavedSize > 0) {
      const onDisk = (await this.#disk.stat(this.#path!))?.size ?? 0;
      this.#saving = onDisk === this.#size - this.#unsavedSize; // else another process is at it too
      if (this.#saving) await this.#disk.append(this.#path!, concatBytes(this.#unsaved));
    }
    this.#unsaved = [];
    this.#unsavedSize = 0;
  }

  /** Removes the part from disk; the bytes stay in memory. */
  async remove(): Promise<void> {
    if (this.#path === undefined) return;
    await this.#disk.remove(this.#path);
    await this.#disk.remove(`${this.#path}.json`);
  }

  async #load(): Promise<void> {
    if (this.#path === undefined) return;
    const about = await this.#disk.read(`${this.#path}.json`);
    const mark = about === undefined ? undefined : this.#markIn(about);
    const bytes = mark === undefined ? undefined : await this.#disk.read(this.#path);
    if (bytes === undefined || bytes.length === 0) return;
    this.#chunks = [bytes];
    this.#size = bytes.length;
    this.#mark = mark;
    this.#resumed = true;
    this.#saving = true;
  }

  /** The mark, where the note beside the part is about our URL. */
  #markIn(about: Uint8Array): string | undefined {
    try {
      const { origin, mark } = JSON.parse(new TextDecoder().decode(about));
      return origin === this.#origin && typeof mark === "string" ? mark : undefined;
    } catch {
      return undefined; // a damaged note is as good as none
    }
  }
}
