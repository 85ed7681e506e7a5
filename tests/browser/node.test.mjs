/** @file The built modules in Node: the same bytes as natively and in the browsers, with SIMD and without. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const MODULES = { "with SIMD": "fleetsynth_bg.wasm", "without SIMD": "fleetsynth_baseline_bg.wasm" };
const here = (path) => new URL(path, import.meta.url);

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

for (const [kind, file] of Object.entries(MODULES)) {
  // The same JavaScript for each, but with an instance of its own.
  const { CsvExport, Generation, initSync, presets } = await import(`../../dist/fleetsynth.js?${file}`);
  initSync({ module: await readFile(here(`../../dist/${file}`)) });

  for (const [fingerprint, name] of golden) {
    test(`Node makes the golden Parquet file of the preset ${name} ${kind}`, () => {
      const { yaml } = presets().find((preset) => preset.name === name);
      assert.equal(hashOf(new Generation(yaml), (job) => job.finish(0).lastBytes), fingerprint);
    });
  }

  test(`every preset has a golden fingerprint ${kind}`, () => {
    assert.deepEqual(presets().map((preset) => preset.name), golden.map(([, name]) => name));
  });

  test(`the CSV is the same each time it is made ${kind}`, () => {
    const { yaml } = presets().find((preset) => preset.name === "small");
    const once = () => hashOf(new CsvExport(yaml), () => "");
    assert.equal(once(), once());
  });

  test(`the module ${kind} is one`, async () => {
    // Which features the module says that it uses; wasm-opt fails where it uses others.
    const path = fileURLToPath(here(`../../dist/${file}`));
    const { stdout } = await promisify(execFile)("wasm-opt", ["--print-features", "--output=/dev/null", path]);
    assert.equal(stdout.includes("--enable-simd"), kind === "with SIMD", stdout);
  });
}
