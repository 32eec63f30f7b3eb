/**
 * What an artifact may be called in any store. Pure.
 *
 * @module
 */

const keyPattern = /^\w(?:[\w.-]*[\w-])?(?:\/\w(?:[\w.-]*[\w-])?)*$/;

/** Whether an artifact can have this key. */
export function isKey(key: string): boolean {
  return key.length <= 512 && keyPattern.test(key);
}

/**
 * Checks the key of an artifact.
 * @throws {TypeError} when a part between slashes does not start with a letter, digit or `_`,
 * or has anything but those, `-` and `.`, or the key is longer than 512.
 */
export function checkKey(key: string): string {
  if (!isKey(key)) {
    throw new TypeError(
      `Cannot use ${JSON.stringify(key)} as the key of an artifact: give names of letters, ` +
        `digits, "_", "-" and "." with "/" between them, at most 512 long`,
    );
  }
  return key;
}
