/**
 * The parts of the page.
 *
 * @module
 */

/**
 * The element with an id.
 *
 * @throws {TypeError} when there is none of that type.
 */
export function elementById<T extends Element>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new TypeError(`Cannot find a ${type.name} with the id ${id}`);
}

/** A new element with a class and with what is in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}
