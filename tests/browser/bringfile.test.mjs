// A file that somebody brings: looked at, mapped, checked and copied in the page, as other programs wrote it.
import assert from "node:assert/strict";
import { mkdtemp, open as openOnDisk, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { PATIENCE, inEachEngine, python } from "./support.mjs";

/** An export as it comes: other names, shuffled, with duplicates, gaps and missing values; and the figures of it by pandas. */
const EXPORT = `
import sys, json, pandas as pd
days = pd.date_range("2023-01-01", periods=400)
keys = pd.MultiIndex.from_product([[f"web{n}" for n in range(30)], days], names=["Host Name", "Date"])
frame = keys.to_frame(index=False)
frame["CPU Utilization (%)"] = ((frame.index.to_series() * 7919) % 10_001) / 101.0
frame.loc[frame.index % 50 == 0, "CPU Utilization (%)"] = None
frame["busy"] = frame.index % 64
frame["note"] = "a;b"
whole = frame.drop(frame.index[100:110])
pd.concat([whole, whole.iloc[500:520]]).sample(frac=1, random_state=1).to_csv(sys.argv[1], index=False)
about = whole.describe(percentiles=[.05, .25, .5, .75, .95])
print(json.dumps({name: about[name].to_dict() for name in ["CPU Utilization (%)", "busy"]}))`;

/** Whether the copy has what pandas makes of the export: the rows in order, each once. */
const COMPARE_EXPORT = `
import sys, json, pandas as pd
given = pd.read_csv(sys.argv[1], parse_dates=["Date"])
expected = given.drop_duplicates(["Host Name", "Date"]).sort_values(["Host Name", "Date"]).reset_index(drop=True)
copy = pd.read_parquet(sys.argv[2])
pd.testing.assert_frame_equal(copy, pd.DataFrame({
    "server_id": expected["Host Name"], "timestamp": expected["Date"].astype(copy["timestamp"].dtype), "cpu_p95": expected["CPU Utilization (%)"],
    "mem_p95": expected["busy"].astype(float), "note": expected["note"]}), check_exact=True)
print(json.dumps(len(copy)))`;

/** The dataset once more, by other programs and with other codecs. */
const RECODE = `
import sys, json, duckdb, pandas as pd, polars as pl
frame = pd.read_parquet(sys.argv[1])
pl.from_pandas(frame).write_parquet(sys.argv[2] + "/zstd.parquet")
frame.to_parquet(sys.argv[2] + "/gzip.parquet", compression="gzip", index=False)
frame.to_parquet(sys.argv[2] + "/brotli.parquet", compression="brotli", index=False)
duckdb.sql("select * from frame").write_parquet(sys.argv[2] + "/lz4.parquet", compression="lz4_raw")
print(json.dumps(True))`;

const SAME = `
import sys, json, pandas as pd
a, b = pd.read_parquet(sys.argv[1]), pd.read_parquet(sys.argv[2])
pd.testing.assert_frame_equal(a[b.columns], b, check_exact=True)
print(json.dumps(len(a)))`;

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetsynth-"));
});
after(() => rm(folder, { recursive: true, force: true }));

async function fileOf(name, content) {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** A sorted CSV of so many servers, 1,000 days each, without being in memory here. */
async function largeCsv(servers) {
  const path = join(folder, `large-${servers}.csv`);
  const file = await openOnDisk(path, "w");
  await file.write("server_id,timestamp,cpu_p95,mem_p95\n");
  const days = Array.from({ length: 1000 }, (_, day) => new Date(Date.UTC(2022, 0, 1 + day)).toISOString().slice(0, 10));
  for (let server = 0; server < servers; server++) {
    const id = `SRV-${String(server).padStart(5, "0")}`;
    await file.write(days.map((day, place) => `${id},${day},${(place % 101).toFixed(2)},50.25\n`).join(""));
  }
  await file.close();
  return path;
}

/** Sixty days of three servers; a metric that the configuration knows and one that it doesn't. */
const CHARTED = "server_id,timestamp,region,cpu_p95,queue length\n" + ["db1", "web1", "web2"].flatMap((id, server) =>
  Array.from({ length: 60 }, (_, day) => {
    const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
    return `${id},${date},${server === 0 ? "north" : "south"},${(10.25 * (server + 1) + day / 2).toFixed(2)},${1000 * server + day}\n`;
  })).join("");

/** What a user does and sees of the panel. */
function panel(job) {
  const { page } = job;
  const actions = {
    async openPanel() {
      await page.click("#file-check > summary");
      await page.waitForFunction(() => !document.querySelector("#file-drop").inert, { timeout: PATIENCE });
    },
    /** Chooses a file, and waits until its columns are known or it was refused. */
    async choose(path) {
      await page.evaluate(() => (document.querySelector("#file-name").textContent = ""));
      await (await page.$("#file-input")).uploadFile(path);
      await page.waitForFunction((name) => document.querySelector("#file-name").textContent === name &&
        ["#file-plan", "#file-failure"].some((part) => document.querySelector(part).checkVisibility()), { timeout: PATIENCE }, path.split("/").at(-1));
    },
    async check() {
      await page.click("#file-start");
      await page.waitForFunction(() => document.querySelector("#file-start").checkVisibility() &&
        ["#file-result", "#file-failure"].some((part) => document.querySelector(part).checkVisibility()), { timeout: PATIENCE });
    },
    /** What was chosen for each of our columns. */
    choices: () => page.$$eval("#file-choices select", (all) => Object.fromEntries(all.map(({ name, value }) => [name, value]))),
    refusal: () => job.text("#file-failure-advice"),
    /** Waits until a chart says this of what it shows, and can be explored. */
    told: (chart, words) => page.waitForFunction((chart, words) => document.querySelector("#chart-missing ~ .chart-surface") !== null &&
      document.querySelector(`#chart-${chart}-about`).textContent.includes(words), { timeout: PATIENCE }, chart, words),
    /** What all charts say. */
    words: () => page.$$eval("#charts .about", (all) => Object.fromEntries(all.map(({ id, textContent }) => [id, textContent]))),
    /** What a chart says of a place, which keys lead to. */
    async readOut(chart, ...keys) {
      await page.focus(`#chart-${chart} ~ .chart-surface`);
      for (const key of keys) await page.keyboard.press(key);
      return page.$eval(`#chart-${chart} ~ .chart-surface`, (surface) => surface.getAttribute("aria-valuetext"));
    },
    /** The cells of a table, by the first cell of each row. */
    table: (place) => page.$eval(place, (place) => Object.fromEntries([...place.querySelectorAll("tbody tr")].map((row) => {
      const [name, ...cells] = [...row.cells].map((cell) => cell.textContent);
      return [name, cells];
    }))),
    /** Expected and found of the first check whose title begins like this, its verdict, and its note. */
    quality: (title) => page.$eval("#file-quality", (place, title) => {
      const row = [...place.querySelectorAll("tbody tr")].find((row) => row.cells[0].textContent.startsWith(title));
      return { verdict: row.dataset.verdict, found: row.cells[3].textContent, note: row.querySelector(".row-note")?.textContent ?? "" };
    }, title),
  };
  return { ...job, ...actions };
}

inEachEngine((engine, open) => {
  it("checks its own dataset: the same statistics, and the same rows in the copy", async () => {
    const job = panel(await open());
    const made = await job.download("parquet");
    await job.openPanel();
    await job.choose(made);
    const choices = await job.choices();
    assert.deepEqual(Object.keys(choices).slice(0, 6), ["server_id", "timestamp", "business_unit", "region", "criticality", "cpu_p95"]);
    for (const [ours, theirs] of Object.entries(choices)) assert.equal(theirs, ours);
    assert.match(await job.text("#file-headline"), /^Parquet, 1\.\d\d? MB, 10 columns$/);

    await job.check();
    assert.equal(await job.text("#file-verdict"), "Pass");
    assert.match(await job.text("#file-verdict-text"), /^All 16 checks passed$/);
    assert.equal(await job.figure("file-rows"), "175,320");
    assert.equal(await job.figure("file-servers"), "120");
    assert.equal(await job.figure("file-start"), "2022-01-01");
    assert.match(await job.text('[data-figure="file-start"] .note'), /to 2025-12-31/);
    assert.equal(await job.figure("file-duplicates"), "0");
    assert.equal(await job.figure("file-missing"), await job.figure("missing"));
    assert.deepEqual(await job.table("#file-statistics"), await job.table("#statistics-table"));

    const copy = await job.download("validated");
    assert.match(copy, /validated_server_metrics_20220101_to_20251231\.parquet$/);
    assert.equal(await python(SAME, copy, made), 175_320);
    const report = JSON.parse(await readFile(await job.download("validated-summary"), "utf8"));
    assert.deepEqual([report.rows, report.duplicates_removed, report.step, report.quality.verdict], [175_320, 0, "day", "pass"]);
    assert.equal(report.validated.bytes, (await readFile(copy)).length);
    assert.deepEqual(job.errors, []);
    assert.deepEqual(job.requests.filter((url) => /^https?:/.test(url) && !url.startsWith(job.origin)), []);
    await job.close();
  });

  it("maps the columns of an export, and finds what pandas finds", async () => {
    const job = panel(await open());
    const path = join(folder, `${engine}-export.csv`);
    const about = await python(EXPORT, path);
    await job.openPanel();
    await job.choose(path);
    assert.deepEqual(await job.choices(), {
      server_id: "Host Name", timestamp: "Date", business_unit: "", region: "", criticality: "",
      cpu_p95: "CPU Utilization (%)", mem_p95: "", disk_p95: "", net_in_p95: "", net_out_p95: "",
    });
    assert.equal(await job.text("#file-columns"), "Host Name (text), Date (text), CPU Utilization (%) (numbers), busy (numbers), note (text)");
    await job.page.select('#file-choices [name="mem_p95"]', "busy");
    await job.check();

    assert.equal(await job.figure("file-rows"), "11,990");
    assert.equal(await job.figure("file-duplicates"), "20");
    assert.equal(await job.figure("file-servers"), "30");
    assert.deepEqual(await job.quality("Keys (server, timestamp) are unique"), { verdict: "warn", found: "20 duplicates", note: "" });
    assert.deepEqual(await job.quality("Every server has every step"), { verdict: "warn", found: "10 rows missing", note: "" });
    assert.equal((await job.quality("Rows are sorted")).found, "not sorted");
    const found = await job.table("#file-statistics");
    for (const [ours, theirs] of [["cpu_p95", "CPU Utilization (%)"], ["mem_p95", "busy"]]) {
      const [unit, count, missing, ...figures] = found[ours];
      const expected = about[theirs];
      assert.equal(unit, "%");
      assert.equal(count, expected.count.toLocaleString("en-US"));
      assert.equal(missing, (11_990 - expected.count).toLocaleString("en-US"));
      for (const [place, name] of ["mean", "std", "min", "5%", "25%", "50%", "75%", "95%", "max"].entries()) {
        // Two decimals are shown; quantiles are as fine as 1/65,536 of the range.
        assert.ok(Math.abs(Number(figures[place]) - expected[name]) <= 0.0085, `${ours} ${name}: ${figures[place]}, pandas ${expected[name]}`);
      }
    }
    assert.equal(await python(COMPARE_EXPORT, path, await job.download("validated")), 11_990);

    // The same file under another mapping: one column cannot be two.
    await job.page.select('#file-choices [name="mem_p95"]', "CPU Utilization (%)");
    await job.check();
    assert.equal(await job.refusal(), "The file's column `CPU Utilization (%)` cannot be both `cpu_p95` and `mem_p95`.");
    assert.equal(await job.isVisible("#file-result"), false);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("reads what Polars, pandas and DuckDB compress with Zstandard, gzip and LZ4", async () => {
    const job = panel(await open());
    const made = await job.download("parquet");
    await python(RECODE, made, folder);
    await job.openPanel();
    for (const codec of ["zstd", "gzip", "lz4"]) {
      await job.choose(join(folder, `${codec}.parquet`));
      await job.check();
      assert.equal(await job.text("#file-verdict"), "Pass", codec);
      assert.equal(await python(SAME, await job.download("validated"), made), 175_320, codec);
    }
    await job.choose(join(folder, "brotli.parquet"));
    assert.equal(await job.refusal(), "The file is compressed with BROTLI, which cannot be read here: write it with Snappy.");
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("shows the charts of a file before any run", async () => {
    const job = panel(await open({
      ready: false,
      prepare: (page) => page.evaluateOnNewDocument(() => {
        const Real = Worker;
        window.Worker = function (url, options) {
          if (String(url).endsWith("/worker.js")) throw new Error("There is no generator.");
          return new Real(url, options);
        };
      }),
    }));
    const { page } = job;
    await job.shown("#failure");
    assert.equal(await job.isVisible("#charts-area"), false);
    await job.openPanel();
    await job.choose(await fileOf("charted.csv", CHARTED));
    await job.check();
    await job.told("over-time", "CPU P95 of 3 servers, 1 Jan 2024 to 29 Feb 2024: mean 35.2%");
    assert.equal(await job.text("#charts-title"), "Charts of the file");
    assert.equal(await job.text("#charts-file"), "charted.csv");
    assert.equal(await job.isVisible("#charts-to-run"), false);
    assert.equal(await job.isVisible("#report"), false);
    assert.deepEqual(await page.$$eval("#metric option", (all) => all.map(({ textContent }) => textContent)), ["CPU P95", "Queue length"]);
    assert.deepEqual(await page.$$eval("#grouping option", (all) => all.map(({ textContent }) => textContent)), ["Whole fleet", "Region"]);

    // The mean of 10.25, 20.5 and 30.75 on the first day; 29.5 more on the last.
    assert.match(await job.readOut("over-time", "Home"), /^Mon 1 Jan 2024\b.*\b20\.5%/);
    assert.match(await job.readOut("over-time", "End"), /^Thu 29 Feb 2024\b.*\b50\.0%/);

    await page.$eval("#server", (field) => field.select());
    await page.type("#server", "web2");
    await page.keyboard.press("Enter");
    await job.told("server", "CPU P95 of web2, 1 Jan 2024 to 29 Feb 2024: mean 45.5%, values between 30.8% and 60.2%. No value is missing.");
    assert.equal(await job.text("#server-about"), "south");
    assert.match(await job.readOut("server", "Home"), /^Mon 1 Jan 2024\b.*web2:? 30\.8%/);
    await page.select("#metric", "queue length");
    await job.told("server", "Queue length of web2, 1 Jan 2024 to 29 Feb 2024: mean 2,03");
    await page.$eval("#server", (field) => field.select());
    await page.type("#server", "web9");
    await page.keyboard.press("Enter");
    assert.equal(await job.text("#server-about"), "No server “web9”: type an id of the file, such as db1.");
    assert.equal(await job.overflow(), 0);

    // Another file takes its place.
    await job.choose(await fileOf("words.csv", "server_id,timestamp,note\na,2024-01-01,x\n"));
    assert.equal(await job.isVisible("#charts-area"), false);
    await job.check();
    assert.equal(await job.text("#file-charts-note"), "Charts need a column of numbers, and the file has none with values.");
    assert.equal(await job.isVisible("#file-charts-there"), false);
    await job.choose(await fileOf("hours.csv", "server_id,timestamp,cpu_p95\n" + Array.from({ length: 48 }, (_, hour) =>
      `a,2024-01-0${1 + Math.floor(hour / 24)} ${String(hour % 24).padStart(2, "0")}:00:00,${hour % 24}\n`).join("")));
    await job.check();
    await job.told("over-time", "mean 21.9%");
    assert.equal(await job.text("#charts-note"), "The file has several rows of a server and day: charts show the P95 of each day's rows.");
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("shows the charts of a file and those of the run in turns", async () => {
    const job = panel(await open());
    const { page } = job;
    await job.told("over-time", "CPU P95 of 120 servers");
    const ofRun = await job.words();
    const made = await job.download("parquet");
    await job.openPanel();
    await job.choose(made);
    assert.equal(await job.isVisible("#charts-subject"), false);
    await job.check();
    await job.told("missing", "missing; the limit is 5%.");
    await job.told("gaps", "Missing");
    assert.equal(await job.text("#charts-title"), "Charts of the file");
    const ofFile = await job.words();
    // The same rows; only that nobody has configured those of a file.
    assert.equal(ofFile["chart-server-about"] + "outliers", ofRun["chart-server-about"].replace(/; \d+ outliers\.$/, ".outliers"));
    assert.equal(ofFile["chart-missing-about"], ofRun["chart-missing-about"].replace(" the configuration asks for 1%, and", ""));
    for (const chart of ["server", "missing"]) for (const words of [ofFile, ofRun]) delete words[`chart-${chart}-about`];
    assert.deepEqual(ofFile, ofRun);

    await page.click("#charts-to-run");
    await job.told("missing", "the configuration asks for 1%");
    assert.equal(await job.text("#charts-title"), "Charts");
    await page.waitForFunction(() => document.activeElement.id === "charts-to-file", { timeout: PATIENCE });
    await page.keyboard.press("Enter");
    await job.told("missing", "missing; the limit is 5%.");

    // A new run is what the reader wants to see then.
    await job.choosePreset("Small fleet");
    await page.click("#generate");
    await job.finished("450");
    await job.told("over-time", "CPU P95 of 5 servers");
    await page.click("#charts-to-file");
    await job.told("over-time", "CPU P95 of 120 servers");
    await job.choose(await fileOf("good.csv", "server_id,timestamp,cpu_p95\na,2024-01-01,1\na,2024-01-02,2\n"));
    await job.told("over-time", "CPU P95 of 5 servers");
    assert.equal(await job.isVisible("#charts-subject"), false);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("says in a sentence what is wrong with a file, and takes the next one", async () => {
    const job = panel(await open());
    const good = await fileOf("good.csv", "server_id,timestamp,cpu_p95\na,2024-01-01,1\na,2024-01-02,2\n");
    const made = await readFile(await job.download("parquet"));
    await job.openPanel();
    for (const [name, content, told] of [
      ["empty.parquet", "", /^The file is empty\.$/],
      ["letter.txt", "Dear colleagues\nsee you\n", /^The file is neither Parquet nor CSV: its first line has no comma/],
      ["picture.png", Buffer.from("89504e470d0a1a0a0000000d49484452fffe2cff", "hex"), /^Line \d+ is not UTF-8 text: the file is no CSV/],
      ["book.xlsx", "PK\u0003\u0004 and so on", /a ZIP archive or a workbook: save the table as CSV/],
      ["cut.parquet", made.subarray(0, made.length / 2), /^The file is damaged or incomplete: /],
    ]) {
      await job.choose(await fileOf(name, content));
      assert.match(await job.refusal(), told, name);
      assert.equal(await job.isVisible("#file-plan"), false);
    }
    // What only shows when all of it is read.
    for (const [name, content, told] of [
      ["header.csv", "server_id,timestamp,cpu_p95\n", /^The file has no row with a server and a time\.$/],
      ["uneven.csv", "server_id,timestamp,cpu_p95\n" + "a,2024-01-01,1\n".repeat(2000) + "a\n", /^Line 2002 has 1 cells instead of the header's 3\.$/],
      ["keyless.csv", "when,cpu_p95\n2024-01-01,1\n", /^The file has no column `server_id`\. It has: when, cpu_p95\. Say which one holds it/],
    ]) {
      await job.choose(await fileOf(name, content));
      await job.check();
      assert.match(await job.refusal(), told, name);
    }
    assert.equal(await job.page.$eval('#file-choices [name="server_id"]', (select) => select.getAttribute("aria-invalid")), "true");
    await job.choose(good);
    assert.equal(await job.isVisible("#file-failure"), false);
    await job.check();
    assert.equal(await job.figure("file-rows"), "2");
    assert.equal(await job.text("#file-verdict"), "Fail");
    assert.deepEqual(await job.quality("Every server has enough history"),
      { verdict: "fail", found: "2 days at least", note: "1 of 1 server have less, a the least." });
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("survives pages whose bytes were altered, one after another", async () => {
    const job = panel(await open());
    const made = await readFile(await job.download("parquet"));
    await job.openPanel();
    // All through a column's pages; most places make other values, some an error, and a few end the worker.
    for (const share of [0.11, 0.37, 0.63, 0.97]) {
      const altered = Buffer.from(made);
      for (let at = 0; at < 64; at++) altered[Math.floor(made.length * share) + at] ^= 0xff;
      await job.choose(await fileOf("altered.parquet", altered));
      if (await job.isVisible("#file-plan")) await job.check();
      const isChecked = await job.isVisible("#file-result");
      if (!isChecked) assert.ok((await job.refusal()).length > 30);
      assert.notEqual(isChecked, await job.isVisible("#file-failure"));
    }
    await job.choose(await fileOf("whole.parquet", made));
    await job.check();
    assert.equal(await job.text("#file-verdict"), "Pass");
    await job.close();
  });

  it("explains a reader that ends by a panic, and starts another one for the next file", async () => {
    const job = panel(await open({ keeps: false }));
    const good = await fileOf("good.csv", "server_id,timestamp,cpu_p95\na,2024-01-01,1\na,2024-01-02,2\n");
    const [path, real] = ["file-worker.js", "real-file-worker.js"].map((name) => join(job.site, "js", name));
    for (const kind of ["br", "gz"]) await rm(`${path}.${kind}`, { force: true });
    await rename(path, real);
    await writeFile(path, `
      addEventListener("message", () => {
        globalThis.fleetsynthPanic = "panicked at src/ingest.rs: index out of bounds";
        postMessage({ type: "failed", text: "RuntimeError: unreachable", panic: globalThis.fleetsynthPanic });
      });`);
    await job.openPanel();
    await job.choose(good);
    assert.equal(await job.text("#file-failure-title"), "The file cannot be read to its end");
    assert.match(await job.refusal(), /Most likely it is damaged: .* Other files can be checked\./);
    assert.equal(await job.page.$eval("#file-failure-detail", (detail) => detail.textContent), "panicked at src/ingest.rs: index out of bounds");

    await rm(path);
    await job.choose(good);
    assert.match(await job.text("#file-failure-title"), /could not be loaded/);
    await rename(real, path);
    await job.choose(good);
    await job.check();
    assert.equal(await job.figure("file-rows"), "2");
    assert.equal(await job.isVisible("#workspace"), true);
    await job.close();
  });

  it("shows how far it has come, and leaves nothing behind when it is cancelled", async (t) => {
    const job = panel(await open());
    const path = await largeCsv(3000);
    await job.openPanel();
    await job.choose(path);
    await job.page.click("#file-start");
    await job.page.waitForFunction(() => document.querySelector("#file-bar").value > 0.1, { timeout: PATIENCE });
    assert.match(await job.text("#file-progress-text"), /^\d+ % · about .+ left$/);
    assert.ok(await job.page.evaluate(() => document.activeElement.id === "file-cancel"));
    await job.page.click("#file-cancel");
    assert.equal(await job.isVisible("#file-cancel"), false);
    assert.ok(await job.page.evaluate(() => document.activeElement.id === "file-start"));
    assert.equal(await job.isVisible("#file-result"), false);
    await job.page.waitForFunction(async () => {
      try {
        const home = await (await navigator.storage.getDirectory()).getDirectoryHandle("fleetsynth");
        for await (const _ of home.keys()) return false;
      } catch {
        // There is none.
      }
      return true;
    }, { timeout: PATIENCE });

    // The whole of it: three million rows, whose copy goes through the browser's own storage.
    const began = Date.now();
    await job.check();
    t.diagnostic(`${engine}: 3,000,000 rows of CSV in ${Date.now() - began} ms`);
    assert.equal(await job.figure("file-rows"), "3,000,000");
    assert.equal(await job.text("#file-verdict"), "Pass");
    assert.equal(await python("import sys, json, pandas as pd; print(json.dumps(float(pd.read_parquet(sys.argv[1])['cpu_p95'].sum())))",
      await job.download("validated")), 3000 * Array.from({ length: 1000 }, (_, place) => place % 101).reduce((sum, value) => sum + value, 0));
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  if (engine === "Chromium") {
    it("takes a file that is dropped anywhere on the page", async () => {
      const job = panel(await open());
      const left = await job.page.evaluate(() => {
        const data = new DataTransfer();
        data.items.add(new File(["host;day;cpu\na;2024-01-01;1\na;2024-01-02;3\n"], "dropped.csv", { type: "text/csv" }));
        const over = new DragEvent("dragover", { dataTransfer: data, bubbles: true, cancelable: true });
        document.querySelector("#charts").dispatchEvent(over);
        const shown = document.querySelector("#file-drop").classList.contains("is-over");
        const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
        document.querySelector("#charts").dispatchEvent(drop);
        return { over: over.defaultPrevented, shown, drop: drop.defaultPrevented };
      });
      assert.deepEqual(left, { over: true, shown: true, drop: true });
      await job.shown("#file-plan");
      assert.equal(await job.text("#file-name"), "dropped.csv");
      assert.equal((await job.choices()).server_id, "host");
      await job.check();
      assert.deepEqual((await job.table("#file-statistics")).cpu_p95.slice(0, 4), ["%", "2", "0", "2.00"]);
      await job.close();
    });
  }
});
