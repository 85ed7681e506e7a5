/** @file The built module in Node: the same bytes as natively and in the browsers. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { CsvExport, Generation, initSync, presets } from "../../dist/fleetsynth.js";

const here = (path) => new URL(path, import.meta.url);
initSync({ module: await readFile(here("../../dist/fleetsynth_bg.wasm")) });

/** All steps of a job, and the SHA-256 of what it wrote. */
function hashOf(job, finish) {
  const hash = createHash("sha256");
  for (let done = false; !done; ) {
    done = job.step(0).done;
    hash.update(job.take());
  }
  hash.update(finish(job));
  return hash.digest("hex");
}

const golden = (await readFile(here("../fingerprints.txt"), "utf8")).trim().split("\n").map((line) => line.split("  "));

for (const [fingerprint, name] of golden) {
  test(`Node makes the golden Parquet file of the preset ${name}`, () => {
    const { yaml } = presets().find((preset) => preset.name === name);
    assert.equal(hashOf(new Generation(yaml), (job) => job.finish(0).lastBytes), fingerprint);
  });
}

test("every preset has a golden fingerprint", () => {
  assert.deepEqual(presets().map((preset) => preset.name), golden.map(([, name]) => name));
});

test("the CSV is the same each time it is made", () => {
  const { yaml } = presets().find((preset) => preset.name === "small");
  const once = () => hashOf(new CsvExport(yaml), () => "");
  assert.equal(once(), once());
});
