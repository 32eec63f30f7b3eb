/**
 * Lists that come in pages, as one stream.
 *
 * @module
 */

/** One page of a list, and where the next begins. */
export interface Page<T> {
  /** In the server's order. */
  readonly items: readonly T[];
  /** `undefined` on the last page. */
  readonly next: string | undefined;
}

/** Every item of every page, each page fetched when it is come to. */
export async function* readPages<T>(
  fetchPage: (token: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T, void> {
  let token: string | undefined;
  do {
    const page: Page<T> = await fetchPage(token);
    yield* page.items;
    token = page.next;
  } while (token !== undefined);
}

/** The first item; `undefined` when there is none. No page after the first is fetched. */
export async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}
