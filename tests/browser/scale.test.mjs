// Large datasets: several workers, files in the browser's own storage, and nothing left behind.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { gunzipSync } from "node:zlib";
import { PATIENCE, inEachEngine, presetText, python, patient } from "./support.mjs";

/** Large enough for several workers, its CSV for a file too. */
const SMALLER = 600;
/** Large enough for several workers and for a file. */
const SERVERS = 4000;
const DAYS = 1826;
const ROWS = (SERVERS * DAYS).toLocaleString("en");

const READ_PARQUET = `
import json, sys, pyarrow.parquet as pq, pyarrow.compute as pc
file = pq.ParquetFile(sys.argv[1])
ids = [group.column("server_id") for group in (file.read_row_group(n, ["server_id"]) for n in range(file.num_row_groups))]
print(json.dumps({
    "rows": sum(map(len, ids)),
    "groups": file.num_row_groups,
    "servers": sum(pc.count_distinct(group).as_py() for group in ids),
    "last": ids[-1][-1].as_py(),
}))`;
const READ_CSV = `
import json, sys, pyarrow.csv as pc, pyarrow.parquet as pq
parquet = pq.read_table(sys.argv[2])
csv = pc.read_csv(sys.argv[1], convert_options=pc.ConvertOptions(column_types=parquet.schema, strings_can_be_null=False))
print(json.dumps({"rows": csv.num_rows, "other": [name for name in parquet.column_names if not csv[name].equals(parquet[name])]}))`;

/**
 * The page's worker as it is, but with makers whose life can be followed, and with a storage as bad as
 * its address says.
 */
const WATCHED_WORKER = `
import "./worker.js";
const channel = new BroadcastChannel("makers");
const RealWorker = Worker;
const watched = new URL("./watched-maker.js" + location.search, import.meta.url).href;
const policy = self.trustedTypes?.createPolicy("watcher", { createScriptURL: (url) => url });
self.Worker = class extends RealWorker {
  constructor(url, options) {
    super(policy ? policy.createScriptURL(watched) : watched, options);
    channel.postMessage("started");
  }
};
const ways = {
  "no-storage": () => (StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException("Not allowed", "SecurityError"))),
  "no-handle": () => (FileSystemFileHandle.prototype.createSyncAccessHandle = () => Promise.reject(new DOMException("Not here", "InvalidStateError"))),
  "full": () => {
    const write = FileSystemSyncAccessHandle.prototype.write;
    FileSystemSyncAccessHandle.prototype.write = function (bytes, options) {
      return write.call(this, bytes.subarray(0, Math.min(bytes.length, Math.max(0, 2_000_000 - options.at))), options);
    };
  },
};
ways[new URLSearchParams(location.search).get("way")]?.();
`;
const WATCHED_MAKER = `
import "./maker.js";
import { CsvMaker, Maker } from "../fleetsynth.js";
const channel = new BroadcastChannel("makers");
setInterval(() => channel.postMessage("alive"), 20);
if (new URLSearchParams(location.search).get("way") === "broken") {
  const make = Maker.prototype.make;
  Maker.prototype.make = function (group) {
    if (group < 5) return make.call(this, group);
    self.fleetsynthPanic = "panicked at src/somewhere.rs";
    throw new WebAssembly.RuntimeError("unreachable");
  };
}
`;

/** The configuration of a large fleet. */
const yaml = async (servers = SERVERS) => (await presetText("large")).replace("num_servers: 2000", `num_servers: ${servers}`);

/** The files in the storage: path -> size. */
const stored = (page) => page.evaluate(async () => {
  const files = {};
  async function walk(folder, path) {
    for await (const [name, entry] of folder.entries()) {
      files[path + name] = entry.kind === "file" ? (await entry.getFile()).size : "folder";
      if (entry.kind === "directory") await walk(entry, `${path}${name}/`);
    }
  }
  // What is being removed meanwhile cannot be looked at.
  await walk(await navigator.storage.getDirectory(), "").catch((error) => (files.changing = error.name));
  delete files.fleetsynth;
  return files;
});

/** Waits until nothing is stored any more. */
async function nothingStored(page) {
  let files;
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    files = await stored(page);
    if (Object.keys(files).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`left behind: ${JSON.stringify(files)}`);
}

const sha256 = async (path) => createHash("sha256").update(await readFile(path)).digest("hex");

inEachEngine((engine, open) => {
  /** Opens the page on a machine of so many cores, with watched workers. */
  async function openWatched({ cores = 2, way = "", picker = "keep", ...settings } = {}) {
    const job = await open({
      ...settings,
      prepare: (page) => page.evaluateOnNewDocument((cores, way, picker) => {
        Object.defineProperty(Navigator.prototype, "hardwareConcurrency", { get: () => cores });
        const RealWorker = Worker;
        let policy;
        const trusted = (url) => (policy ??= window.trustedTypes?.createPolicy("watcher", { createScriptURL: (url) => url }))?.createScriptURL(url) ?? url;
        window.Worker = class extends RealWorker {
          constructor(url, options) {
            super(window.isWatched ? trusted(new URL(`watched-worker.js?way=${way}`, url).href) : url, options);
          }
        };
        window.makers = { started: 0, alive: 0 };
        new BroadcastChannel("makers").addEventListener("message", ({ data }) => window.makers[data]++);
        // Both have it, or neither: what the browsers have differs.
        if (picker === "none") delete window.showSaveFilePicker;
        else window.showSaveFilePicker = async ({ suggestedName }) => (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
      }, cores, way, picker),
    });
    await writeFile(join(job.site, "js/watched-worker.js"), WATCHED_WORKER);
    await writeFile(join(job.site, "js/watched-maker.js"), WATCHED_MAKER);
    // End the worker that is there, so that the next job starts a watched one.
    await job.startLongRun();
    await job.page.evaluate(() => (window.isWatched = true));
    await job.page.click("#cancel");
    await job.shown("#cancelled");
    return job;
  }
  /** Generates, and waits for the result. */
  async function generate(job, text, rows = ROWS) {
    await job.pasteYaml(text);
    await job.page.click("#generate");
    await job.page.waitForFunction((rows) => {
      const failed = document.querySelector("#failure").checkVisibility();
      const shown = document.querySelector('[data-figure="rows"] dd')?.textContent;
      return document.querySelector("#generate").checkVisibility() && (failed || shown === rows);
    }, { timeout: PATIENCE }, rows);
  }

  it("makes the same file by one, two and four workers, in the browser's own storage", async (t) => {
    const seen = new Set();
    for (const cores of [1, 2, 4]) {
      const job = await openWatched({ cores });
      await generate(job, await yaml());
      assert.deepEqual(job.errors, []);
      t.diagnostic(`${engine}: ${cores} cores: ${await job.figure("rows")} rows in ${await job.figure("time")}`);
      const { started } = await job.page.evaluate(() => window.makers);
      assert.ok(started <= cores && (cores === 1 || started > 1), `${started} makers`);
      const files = await stored(job.page);
      const path = await job.download("parquet");
      const bytes = (await readFile(path)).length;
      assert.deepEqual(Object.values(files), ["folder", bytes], "one file, in a folder of its own");
      assert.equal(await sha256(path), await job.text("#sha"));
      seen.add(await sha256(path));
      if (cores === 4) {
        const read = await python(READ_PARQUET, path);
        assert.deepEqual([read.rows, read.servers, read.last], [SERVERS * DAYS, SERVERS, `SRV-${SERVERS}`]);
        assert.ok(read.groups > 10, `${read.groups} row groups`);
      }
      await job.close();
    }
    assert.equal(seen.size, 1);
  });

  it("cancels many workers at once, and leaves neither them nor a file", async (t) => {
    const job = await openWatched({ cores: 4 });
    const { page } = job;
    await nothingStored(page);
    await job.startLongRun();
    assert.equal(Object.keys(await stored(page)).length, 2, "it is being written");
    const took = await job.cancel();
    t.diagnostic(`${engine}: cancelled in ${took.toFixed(0)} ms`);
    assert.ok(took < 200, `${took} ms`);
    await nothingStored(page);
    // Long after the last sign of life, there is none any more.
    const signs = await page.evaluate(async () => {
      const { started } = window.makers;
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const before = window.makers.alive;
      await new Promise((resolve) => setTimeout(resolve, 500));
      return { started, before, after: window.makers.alive - before };
    });
    assert.ok(signs.started > 1 && signs.before > 0, JSON.stringify(signs));
    assert.equal(signs.after, 0);
    assert.deepEqual(await stored(page), {});
    await job.close();
  });

  it("cancels again and again, and nothing is left", async () => {
    const job = await openWatched();
    const { page } = job;
    await job.pasteYaml(await yaml(40000));
    for (const pause of [0, 10, 20, 40, 80, 160, 320]) {
      await page.evaluate(async (pause) => {
        document.querySelector("#generate").click();
        await new Promise((resolve) => setTimeout(resolve, pause));
        document.querySelector("#cancel").click();
      }, pause);
      await job.shown("#cancelled");
    }
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await nothingStored(page);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("replaces the file of the run before, and of a tab that has crashed, but no other tab's", async () => {
    const job = await openWatched();
    const { page } = job;
    await generate(job, await yaml());
    const [first] = Object.keys(await stored(page));
    await generate(job, (await yaml()).replace("random_seed: 42", "random_seed: 43"));
    await page.waitForFunction(async (first) => {
      const home = await navigator.storage.getDirectory();
      for await (const id of (await home.getDirectoryHandle("fleetsynth")).keys()) if (first.endsWith(id)) return false;
      return true;
    }, { timeout: PATIENCE }, first);
    const [second, ...rest] = Object.keys(await stored(page));
    assert.equal(rest.length, 1);

    // Another page of the same user: it sweeps what nobody wants, and nothing else.
    await page.evaluate(async () => {
      const home = await (await navigator.storage.getDirectory()).getDirectoryHandle("fleetsynth");
      const crashed = await home.getDirectoryHandle("left-by-a-crash", { create: true });
      await crashed.getFileHandle("generate", { create: true });
    });
    const url = page.url();
    const other = patient(await page.browserContext().newPage());
    await other.goto(url);
    await other.waitForFunction(async () => {
      const home = await (await navigator.storage.getDirectory()).getDirectoryHandle("fleetsynth");
      for await (const id of home.keys()) if (id === "left-by-a-crash") return false;
      return true;
    }, { timeout: PATIENCE });
    assert.ok(second in (await stored(other)), "it is wanted");
    await page.bringToFront();
    await job.download("parquet");

    // A page that is gone wants nothing.
    const next = patient(await page.browserContext().newPage());
    await page.close();
    await other.close();
    await next.goto(url);
    await nothingStored(next);
    await job.close();
  });

  for (const [way, what] of [["no-storage", "there is no storage"], ["no-handle", "the storage cannot be written"]]) {
    it(`keeps the file in memory where ${what}`, async () => {
      const job = await openWatched({ way });
      await generate(job, await yaml());
      assert.equal(await job.figure("rows"), ROWS);
      assert.equal(await sha256(await job.download("parquet")), await job.text("#sha"));
      assert.equal((await job.page.$$("#downloads [data-save]")).length, 0);
      await nothingStored(job.page);
      assert.deepEqual(job.errors, []);
      await job.close();
    });
  }

  it("says so when the disk is full, and leaves nothing", async () => {
    const job = await openWatched({ way: "full" });
    await generate(job, await yaml());
    assert.ok(await job.isVisible("#failure"));
    assert.match(await job.text("#failure-title"), /storage is full/);
    assert.match(await job.text("#failure-advice"), /Free space/);
    assert.match(await job.page.$eval("#failure-detail", (detail) => detail.textContent), /^QuotaExceededError: \d+ more bytes do not fit after \d+$/);
    await nothingStored(job.page);
    await job.close();
  });

  it("fails as a whole when one of its workers does, and runs again", async () => {
    const job = await openWatched({ way: "broken" });
    await generate(job, await yaml());
    assert.match(await job.text("#failure-title"), /error of its own/);
    assert.equal(await job.page.$eval("#failure-detail", (detail) => detail.textContent), "panicked at src/somewhere.rs");
    await nothingStored(job.page);
    await job.page.evaluate(() => (window.isWatched = false));
    await generate(job, await yaml());
    assert.equal(await job.isVisible("#failure"), false);
    assert.equal(await job.figure("rows"), ROWS);
    await job.close();
  });

  it("writes all rows as CSV, and the same compressed", async () => {
    const job = await openWatched({ cores: 4 });
    // Of several row groups, and larger as CSV than what is kept in memory.
    const rows = SMALLER * DAYS;
    await generate(job, await yaml(SMALLER), rows.toLocaleString("en"));
    const csv = await readFile(await job.download("csv"));
    const packed = await readFile(await job.download("csv-gz"));
    assert.ok(packed.length < csv.length / 2, `${packed.length} of ${csv.length}`);
    assert.ok(gunzipSync(packed).equals(csv));
    const read = await python(READ_CSV, await job.download("csv"), await job.download("parquet"));
    assert.deepEqual([read.rows, read.other], [rows, []]);
    const files = Object.entries(await stored(job.page)).filter(([, size]) => size !== "folder");
    assert.deepEqual(files.map(([, size]) => size).sort(), [csv.length, packed.length].sort());
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("compresses a small dataset's CSV too", async () => {
    const job = await open();
    const csv = await readFile(await job.download("csv"));
    assert.ok(gunzipSync(await readFile(await job.download("csv-gz"))).equals(csv));
    await job.close();
  });

  it("saves into a picked file, or leaves nothing half-written", async () => {
    const job = await openWatched();
    const { page } = job;
    await generate(job, await yaml());
    const name = await page.$eval('[data-file="parquet"]', (button) => button.title.split(": ").at(-1));
    const [size] = Object.values(await stored(page)).filter(Number);
    await page.click('[data-save="parquet"]');
    for (const end = Date.now() + PATIENCE; (await stored(page))[name] !== size && Date.now() < end; );
    await job.gone(".download-busy");
    const saved = await page.evaluate(async (name) => {
      const file = await (await (await navigator.storage.getDirectory()).getFileHandle(name)).getFile();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
      return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }, name);
    assert.equal(saved, await job.text("#sha"));
    assert.ok(await page.evaluate(() => document.activeElement.matches('[data-save="parquet"]')), "the focus is back");

    // Cancelled: nothing is left of it but, where the browser cannot remove it, the empty file that was picked.
    const files = await stored(page);
    await page.evaluate(() => {
      const real = window.showSaveFilePicker;
      window.showSaveFilePicker = async () => real({ suggestedName: "other.parquet" });
      const transform = TransformStream;
      // So slow that it can be cancelled.
      window.TransformStream = class extends transform {
        constructor(transformer) {
          super({ transform: async (chunk, out) => (await new Promise((resolve) => setTimeout(resolve, 200)), transformer.transform(chunk, out)) });
        }
      };
    });
    await page.click('[data-save="parquet"]');
    await page.waitForFunction(() => document.querySelector(".download-busy progress")?.value > 0, { timeout: PATIENCE });
    await page.click(".download-busy button");
    await job.gone(".download-busy");
    await job.finished();
    if (engine === "Firefox") files["other.parquet"] = 0;
    assert.deepEqual(await stored(page), files);
    assert.equal(await job.isVisible("#failure"), false);
    await job.close();
  });
}, { trusts: "watcher" });
