/** @file The largest dataset: made natively and by the page, and counted by DuckDB. */
import { execFile } from "node:child_process";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { HUGE } from "./job.mjs";
import { REPORT, warm } from "./chromium.mjs";
import { digits, mebibytes, megabytes, millions } from "./figures.mjs";
import { native } from "./native.mjs";
import { textTable } from "./tables.mjs";

const SEED = 42;
/** How long the browser may take to save the file, milliseconds. */
const SAVING = 600_000;

/**
 * @param {{ native: boolean, chromium: boolean, threads: number[] }} wanted
 * @param {string} folder
 * @param {(text: string) => void} say
 */
export async function huge(wanted, folder, say) {
  const found = [];
  for (const threads of wanted.native ? wanted.threads : []) {
    const subject = native(threads);
    say(`huge: ${subject.label}`);
    found.push(await inFolder(folder, subject, async (session) => {
      await session.warmUp(SEED);
      return session.run(SEED);
    }));
  }
  if (wanted.chromium) {
    say("huge: Chromium");
    found.push(await inFolder(folder, { ...warm, label: "Chromium" }, async (session, place) => {
      const sample = await session.run(SEED);
      return { ...sample, path: await save(session.page, place) };
    }));
  }
  if (new Set(found.map(({ sha256 }) => sha256)).size > 1) throw new Error("The files differ.");
  return found;
}

/** Runs a subject in a folder of its own, which is gone afterwards: these files are large. */
async function inFolder(folder, subject, run) {
  const place = join(folder, `huge ${subject.label}`);
  await mkdir(place, { recursive: true });
  const session = await subject.open(HUGE, place);
  try {
    const { path, times, sha256 } = await run(session, place);
    const peaks = { peakBytes: session.peakBytes(), browserPeakBytes: session.browserPeakBytes?.() ?? null };
    return { label: subject.label, times, sha256, ...peaks, fileBytes: (await stat(path)).size, counted: await count(path) };
  } finally {
    await session.close();
    await rm(place, { recursive: true, force: true });
  }
}

/** Saves the page's file as a user does. */
async function save(page, place) {
  const cdp = await page.createCDPSession();
  await cdp.send("Browser.setDownloadBehavior", {
    behavior: "allow",
    browserContextId: page.browserContext().id,
    downloadPath: place,
    eventsEnabled: true,
  });
  const saved = new Promise((resolve, reject) => {
    cdp.on("Browser.downloadProgress", ({ state }) => {
      if (state === "completed") resolve(undefined);
      if (state === "canceled") reject(new Error("The browser has not saved the file."));
    });
    setTimeout(reject, SAVING, new Error("Saving the file takes too long.")).unref();
  });
  await page.click('[data-file="parquet"]');
  await saved;
  return join(place, (await readdir(place)).find((name) => name.endsWith(".parquet")));
}

/** The rows that DuckDB finds: it decodes the first metric, whose missing values it counts too. */
async function count(path) {
  const code = `
import duckdb, json, sys
rows = duckdb.execute("select count(*), count(*) filter (cpu_p95 is null), count(distinct server_id) from read_parquet(?)", [sys.argv[1]])
print(json.dumps(dict(zip(("rows", "missing", "servers"), rows.fetchone()))))`;
  const { stdout } = await promisify(execFile)(process.env.FLEETSYNTH_PYTHON ?? "python3", ["-c", code, path]);
  const counted = JSON.parse(stdout);
  if (counted.rows !== HUGE.rows || counted.servers !== HUGE.servers) throw new Error(`DuckDB finds ${stdout.trim()} in ${path}.`);
  return counted;
}

/** @param {object[]} found @param {(headers: string[], rows: string[][]) => string} table */
export function hugeReport(found, table = textTable) {
  const rows = found.map(({ label, times, peakBytes, browserPeakBytes, fileBytes, counted }) => {
    const seconds = times[REPORT] ?? Object.values(times)[0];
    // Files that a page has stored are the business of the browser's own process.
    const peak = browserPeakBytes ? `renderer ${mebibytes(peakBytes)}, browser ${mebibytes(browserPeakBytes)}` : mebibytes(peakBytes);
    return [label, `${digits(seconds)} s`, millions(HUGE.rows / seconds), peak, megabytes(fileBytes), counted.rows.toLocaleString("en-US")];
  });
  const days = HUGE.days.toLocaleString("en-US");
  const title = `${HUGE.servers.toLocaleString("en-US")} servers x ${days} days, ${HUGE.start} to ${HUGE.end}`;
  return `${title}\n\n${table(["whole job, once", "time", "rows/s", "peak memory", "file", "rows that DuckDB counts"], rows)}`;
}
