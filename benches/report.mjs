/** @file What was measured, as tables. */
import { availableParallelism, cpus } from "node:os";
import { digits, mebibytes, megabytes, millions, spread, time, withRange } from "./figures.mjs";
import { MADE_IN } from "./chromium.mjs";
import { markdownTable, textTable } from "./tables.mjs";

const NOTES = [
  "Times are medians [smallest..largest] of wall time. All take turns, run by run, each with another seed.",
  "native: a whole process, from start to end, with files that are safe on the disk (fsync), which no peer waits for.",
  "Node: a run in an instance that has run before; the file stays in memory, as in Chromium unless it is large.",
  "Chromium, first click: a new page in a new profile, idle for a second after its first dataset; warm: further clicks.",
  "The peers run in processes that are warm and have imported everything; they make no chart data and estimate no outlier rate.",
  "Memory is the peak resident set of the process; of Chromium, of the renderer (page, workers, WASM) without the browser's own mapped files, some 150 MiB that all its processes share.",
  "Times faster: a peer's time divided by ours in the same round; median [smallest..largest].",
];

/** The machine and the versions of everything. @param {object[]} scales */
export function setting(scales) {
  const versions = Object.assign({ "Node.js": process.versions.node }, ...scales.flatMap(({ results }) => results.map((result) => result.versions)));
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: availableParallelism(),
    system: process.platform,
    versions,
  };
}

/**
 * @param {object[]} scales
 * @param {boolean} asMarkdown
 */
export function report(scales, asMarkdown) {
  const { processor, cores, versions } = setting(scales);
  const table = asMarkdown ? markdownTable : textTable;
  const heading = (text) => (asMarkdown ? `**${text}**` : `${text}\n${"-".repeat(text.length)}`);
  const machine = `${processor}, ${cores} cores; ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")}`;
  const parts = scales.flatMap(({ job, results }) => {
    const title = `${job.name}: ${job.servers.toLocaleString("en-US")} servers x ${job.days.toLocaleString("en-US")} days = ${job.rows.toLocaleString("en-US")} rows`;
    const ratios = ratioTable(results);
    return [heading(title), table(...resultTable(job, results)), ...(ratios ? [table(...ratios)] : [])];
  });
  const notes = asMarkdown ? NOTES.map((note) => `- ${note}`) : NOTES;
  return [machine, ...parts, notes.join("\n")].join("\n\n");
}

const timesOf = (result, measure) => result.samples.map(({ times }) => times[measure]);
const measuresOf = (result) => Object.keys(result.samples[0].times);
/** Chromium is timed in several ways; the others in one, which the notes explain. */
const nameOf = (result, measure) => (measuresOf(result).length > 1 ? `${result.label}: ${measure}` : result.label);

function resultTable(job, results) {
  const rows = results.flatMap((result) => measuresOf(result).map((measure, index) => {
    const seconds = spread(timesOf(result, measure));
    // Wherever it is made, the file is the same one.
    const size = result.samples[0].fileBytes ?? results.find((other) => !other.isPeer && other.samples[0].fileBytes)?.samples[0].fileBytes;
    const rest = index === 0 ? [mebibytes(result.peakBytes), megabytes(size)] : ["", ""];
    return [nameOf(result, measure), time(seconds), millions(job.rows / seconds.median), ...rest];
  }));
  return [["whole job", "time", "rows/s", "peak memory", "file"], rows];
}

/** How many times faster ours are than each peer. */
function ratioTable(results) {
  const peers = results.filter(({ isPeer }) => isPeer);
  const ours = results.filter(({ isPeer }) => !isPeer);
  if (peers.length === 0 || ours.length === 0) return null;
  // What the page says is rounded for people: not to be divided by.
  const rows = ours.flatMap((result) => measuresOf(result).filter((measure) => measure !== MADE_IN).map((measure) => {
    const own = timesOf(result, measure);
    return [nameOf(result, measure), ...peers.map((peer) => {
      const theirs = timesOf(peer, measuresOf(peer)[0]);
      return withRange(spread(theirs.map((seconds, round) => seconds / own[round])), digits);
    })];
  }));
  return [["times faster than", ...peers.map(({ label }) => label)], rows];
}
