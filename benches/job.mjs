/** @file What is made: the default configuration with more servers, or the largest dataset. */
import { readFile } from "node:fs/promises";

export const ROOT = new URL("../", import.meta.url).pathname;
export const CONFIG = `${ROOT}config/config.yaml`;

const DAY = 86_400_000;
const SERVERS = 120;

/**
 * @typedef {object} Job
 * @property {string} name
 * @property {number} servers
 * @property {string} start
 * @property {string} end
 * @property {number} days
 * @property {number} rows
 */

/** @param {string} name @param {number} servers @param {string} start @param {string} end @returns {Job} */
function describe(name, servers, start, end) {
  const days = (Date.parse(end) - Date.parse(start)) / DAY + 1;
  return { name, servers, start, end, days, rows: servers * days };
}

/** The default fleet, `scale` times as large. @param {number} scale */
export const scaled = (scale) => describe(`${scale}x`, scale * SERVERS, "2022-01-01", "2025-12-31");

/** 175 million rows. */
export const HUGE = describe("huge", 12_000, "1985-01-01", "2024-12-31");

/**
 * The keys of the configuration that differ from its file.
 * @param {Job} job @param {number} seed
 */
export const settings = ({ servers, start, end }, seed) => ({ num_servers: servers, start_date: start, end_date: end, random_seed: seed });

/**
 * The configuration as text.
 * @param {Job} job @param {number} seed
 */
export async function yaml(job, seed) {
  let text = await readFile(CONFIG, "utf8");
  for (const [key, value] of Object.entries(settings(job, seed))) {
    const line = new RegExp(`^  ${key}: *\\S+`, "m");
    if (!line.test(text)) throw new Error(`${CONFIG} has no key ${key}.`);
    text = text.replace(line, `  ${key}: ${value}`);
  }
  return text;
}
