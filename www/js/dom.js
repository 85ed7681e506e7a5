/** @file Small helpers for the page's elements. Text only ever enters as text, never as markup. */

/**
 * The element with this id, of this type; the page is broken without it.
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`);
  return found;
}

/**
 * A new element with attributes and children; `undefined` and `false` attributes are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function create(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/**
 * One of the icons that index.html draws.
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Text that is read, not seen.
 * @param {string} text
 */
export function unseen(text) {
  return create("span", { class: "visually-hidden" }, text);
}

/**
 * A sentence in which what stands between backticks is code.
 * @param {string} text
 */
export function prose(text) {
  const parts = text.split("`").map((part, place) => (place % 2 === 1 ? create("code", {}, part) : part));
  return create("span", {}, ...parts);
}

/**
 * Calls `action` once `quiet` milliseconds have passed without another call.
 * @param {number} quiet
 * @param {() => void} action
 * @returns {() => void}
 */
export function debounce(quiet, action) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, quiet);
  };
}

/**
 * Remembers a choice for the next visit, where the browser allows it.
 * @param {string} key
 * @param {string} value
 */
export function remember(key, value) {
  try {
    localStorage.setItem(`fleetsynth.${key}`, value);
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}

/**
 * What was remembered.
 * @param {string} key
 * @returns {string | null}
 */
export function recall(key) {
  try {
    return localStorage.getItem(`fleetsynth.${key}`);
  } catch {
    return null;
  }
}
