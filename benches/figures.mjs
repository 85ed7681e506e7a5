/** @file Figures of repeated runs, and how they are written. */

/**
 * @typedef {{ median: number, min: number, max: number }} Spread
 */

/** @param {number[]} values @returns {Spread} */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return { median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2, min: sorted[0], max: sorted.at(-1) };
}

/** `12.3 [11.9..14.0]`. @param {Spread} spread @param {(value: number) => string} write */
export const withRange = ({ median, min, max }, write) => `${write(median)} [${write(min)}..${write(max)}]`;

/** Three digits that matter. @param {number} value */
export function digits(value) {
  if (value >= 1000) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

/** Milliseconds below ten seconds, seconds above. @param {Spread} seconds */
export function time(seconds) {
  if (seconds.median < 10) return `${withRange(seconds, (value) => digits(value * 1000))} ms`;
  return `${withRange(seconds, digits)} s`;
}

/** @param {number | null | undefined} bytes */
export const mebibytes = (bytes) => (bytes ? `${digits(bytes / 2 ** 20)} MiB` : "-");

/** @param {number | null | undefined} bytes */
export const megabytes = (bytes) => (bytes ? `${digits(bytes / 1e6)} MB` : "-");

/** @param {number} perSecond */
export const millions = (perSecond) => `${digits(perSecond / 1e6)} M`;
