/** @file The benchmark; scripts/bench sets up what it needs and says how to call it. */
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { firstClick, warm } from "./chromium.mjs";
import { huge, hugeReport } from "./huge.mjs";
import { scaled } from "./job.mjs";
import { native } from "./native.mjs";
import { node } from "./node.mjs";
import { peer } from "./peers.mjs";
import { report, setting } from "./report.mjs";
import { compare } from "./rounds.mjs";
import { markdownTable, textTable } from "./tables.mjs";

/** Repeats by the number of rows: small jobs are over soon, and need more. */
const repeatsFor = (rows) => (rows < 1e6 ? 15 : rows < 1e7 ? 7 : 3);

const THREADS = [...new Set([1, availableParallelism()])];
const SUBJECTS = {
  native: THREADS.map(native),
  node: [node],
  chromium: [firstClick, warm],
  pandas: [peer("pandas", "pandas")],
  polars: [peer("polars", "Polars")],
  duckdb: [peer("duckdb", "DuckDB")],
};

const options = readOptions();
const only = options.only.split(",");
const unknown = only.find((name) => !(name in SUBJECTS));
const scales = options.scales.split(",").map(Number);
const repeats = options.repeats === undefined ? null : Number(options.repeats);
if (unknown !== undefined) fail(`--only knows ${Object.keys(SUBJECTS).join(", ")}, but not '${unknown}'`);
if (!scales.every((scale) => Number.isInteger(scale) && scale > 0)) fail(`--scales takes whole numbers, not '${options.scales}'`);
if (repeats !== null && !(Number.isInteger(repeats) && repeats > 0)) fail(`--repeats takes a whole number, not '${options.repeats}'`);

const say = (text) => console.error(`bench: ${text}`);
const table = options.markdown ? markdownTable : textTable;
const folder = mkdtempSync(join(tmpdir(), "fleetsynth-bench-"));
// However it ends: the files can be large.
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

if (options.huge) {
  const found = await huge({ native: only.includes("native"), chromium: only.includes("chromium"), threads: THREADS }, folder, say);
  console.log(hugeReport(found, table));
  if (options.json) await writeFile(options.json, JSON.stringify({ ...setting([]), found }, null, 2));
} else {
  const subjects = Object.entries(SUBJECTS).flatMap(([name, some]) => (only.includes(name) ? some : []));
  const measured = [];
  for (const job of scales.map(scaled)) {
    measured.push({ job, results: await compare(job, subjects, repeats ?? repeatsFor(job.rows), folder, say) });
  }
  console.log(report(measured, options.markdown));
  if (options.json) await writeFile(options.json, JSON.stringify({ ...setting(measured), scales: measured }, null, 2));
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        scales: { type: "string", default: "1,10,100" },
        repeats: { type: "string" },
        only: { type: "string", default: Object.keys(SUBJECTS).join() },
        huge: { type: "boolean", default: false },
        markdown: { type: "boolean", default: false },
        json: { type: "string" },
      },
    }).values;
  } catch (error) {
    return fail(error.message.replace(/\..*/s, ""));
  }
}

/** @returns {never} */
function fail(message) {
  console.error(`bench: ${message}.`);
  process.exit(2);
}
