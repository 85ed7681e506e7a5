// The main job, as a user does it: configure, generate, see, check, download.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { it } from "node:test";
import { PATIENCE, fingerprint, inEachEngine, presetText, python } from "./support.mjs";

const READ_PARQUET = `
import json, sys, pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
print(json.dumps({
    "rows": table.num_rows,
    "types": {field.name: str(field.type) for field in table.schema},
    "nulls": {name: table[name].null_count for name in table.column_names},
    "servers": len(table["server_id"].unique()),
}))`;
const SAME_AS_CSV = `
import json, sys, pandas as pd
parquet, csv = pd.read_parquet(sys.argv[1]), pd.read_csv(sys.argv[2], parse_dates=["timestamp"])
csv["timestamp"] = csv["timestamp"].astype(parquet["timestamp"].dtype)
pd.testing.assert_frame_equal(parquet, csv, check_dtype=False, check_exact=True)
print(json.dumps({"rows": len(csv)}))`;

inEachEngine((engine, open) => {
  it("makes the default job at once, with the numbers and the fingerprint that it has everywhere", async (t) => {
    const job = await open();
    assert.equal(await job.figure("rows"), "175,320");
    assert.equal(await job.figure("servers"), "120");
    assert.equal(await job.figure("days"), "1,461");
    assert.match(await job.figure("missing"), /^(0\.9|1\.0)\d %$/);
    assert.equal(await job.text("#sha"), await fingerprint("config"));
    assert.match(await job.text("#verdict"), /Pass|Warning/);
    assert.ok((await job.page.$$("#quality-table tbody tr")).length > 20, "quality checks");
    const unexplained = await job.page.$$eval("#quality-table .about", (all) => all.filter((about) => !about.lastElementChild.textContent.endsWith(".")).length);
    assert.equal(unexplained, 0, "each check says what it looks at");
    assert.equal((await job.page.$$("#statistics-table tbody tr")).length, 5);
    assert.equal((await job.page.$$("#preview-table tbody tr")).length, 100);
    assert.equal((await job.page.$$("#preview-table thead th")).length, 10);

    const took = await job.page.evaluate(async () => {
      const start = performance.now();
      document.querySelector("#generate").click();
      const over = () => document.querySelector("#generate").checkVisibility();
      do await new Promise(requestAnimationFrame);
      while (!over());
      return performance.now() - start;
    });
    t.diagnostic(`${engine}: from Generate to charts in ${(took / 1000).toFixed(2)} s`);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("draws all charts, which differ by metric and server, each with words and a table", async () => {
    const job = await open();
    const { page } = job;
    const pictures = () => page.$$eval(".chart canvas", (all) => all.map((canvas) => canvas.toDataURL()));
    const words = () => page.$$eval(".chart .about", (all) => all.map((about) => about.textContent));
    const [before, wordsBefore] = [await pictures(), await words()];
    const ids = await page.$$eval(".chart canvas", (all) => all.map(({ id }) => id.replace("chart-", "")));
    assert.deepEqual(ids, ["over-time", "server", "quarters", "distribution", "weekly", "monthly", "missing", "risk", "correlation", "heat", "gaps"]);
    /** Those that show all metrics at once. */
    const ofAll = ids.map((id) => id === "risk" || id === "correlation");
    assert.equal(new Set(before).size, ids.length);
    assert.ok(wordsBefore.every((text) => text.length > 40));

    await page.select("#metric", "net_in_p95");
    const [other, otherWords] = [await pictures(), await words()];
    assert.deepEqual(other.map((picture, chart) => picture === before[chart]), ofAll, "another metric, other charts");
    assert.deepEqual(otherWords.map((text, chart) => text === wordsBefore[chart]), ofAll);

    await page.click("#server-next");
    assert.equal(await page.$eval("#server", (input) => input.value), "SRV-0002");
    const next = await pictures();
    assert.deepEqual(next.map((picture, chart) => picture !== other[chart]), ids.map((id) => id === "server"));

    await page.$$eval(".chart summary", (all) => all.forEach((summary) => summary.click()));
    await page.waitForFunction(() => document.querySelectorAll(".chart table").length === 11, { timeout: PATIENCE });
    await job.close();
  });

  it("saves files that other programs read, under the names of the contract", async () => {
    const job = await open();
    const parquet = await job.download("parquet");
    assert.ok(parquet.endsWith("/raw_server_metrics_20220101_to_20251231.parquet"));
    const bytes = await readFile(parquet);
    assert.equal(createHash("sha256").update(bytes).digest("hex"), await fingerprint("config"));
    const read = await python(READ_PARQUET, parquet);
    assert.equal(read.rows, 175_320);
    assert.equal(read.servers, 120);
    assert.deepEqual(read.types, {
      server_id: "string",
      timestamp: "timestamp[us]",
      business_unit: "string",
      region: "string",
      criticality: "string",
      cpu_p95: "double",
      mem_p95: "double",
      disk_p95: "double",
      net_in_p95: "double",
      net_out_p95: "double",
    });
    const summary = JSON.parse(await readFile(await job.download("summary"), "utf8"));
    assert.equal(summary.rows, read.rows);
    assert.equal(summary.file.bytes, bytes.length);
    for (const { name, missing, count } of summary.statistics) {
      assert.equal(missing, read.nulls[name], name);
      assert.equal(missing + count, read.rows, name);
    }
    assert.equal(read.nulls.server_id + read.nulls.timestamp + read.nulls.region, 0);

    const sample = await readFile(await job.download("sample-csv"), "utf8");
    assert.equal(sample.trim().split("\n").length, 101);
    assert.match(await readFile(await job.download("config"), "utf8"), /num_servers: 120/);

    assert.match(await job.text('[data-file="csv"] small'), /^about /);
    const csv = await job.download("csv");
    assert.match(await job.text('[data-file="csv"] small'), /^\d/);
    assert.ok((await readFile(csv, "utf8")).startsWith(sample), "the sample is the beginning");
    assert.equal((await python(SAME_AS_CSV, parquet, csv)).rows, read.rows);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("cancels a large run at once, and runs again", async (t) => {
    const job = await open();
    const { page } = job;
    await job.startLongRun();
    assert.match(await job.text("#progress-text"), /^\d+ % · [\d,]+ rows · .*rows\/s · about .* left$/);
    assert.equal(await job.isVisible("#generate"), false);
    const took = await job.cancel();
    t.diagnostic(`${engine}: cancelled in ${took.toFixed(0)} ms`);
    assert.ok(took < 200, `${took} ms`);
    assert.ok(await job.isVisible("#cancelled"));
    assert.equal(await job.figure("rows"), "175,320", "the earlier results stay");

    await job.choosePreset("Small fleet");
    await page.click("#generate");
    await job.finished("450");
    assert.equal(await job.text("#sha"), await fingerprint("small"));
    assert.equal(await job.isVisible("#cancelled"), false);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("asks before it is left while a run is going, and only then", async () => {
    const job = await open();
    const { page } = job;
    const asked = [];
    page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      dialog.accept();
    });
    await page.click("#tab-yaml");
    await page.reload();
    await job.finished();
    assert.deepEqual(asked, []);
    await job.startLongRun();
    await page.reload();
    assert.deepEqual(asked, ["beforeunload"]);
    await job.close();
  });

  it("finds one server among ten thousand", async () => {
    const job = await open();
    const { page } = job;
    await job.pasteYaml((await presetText("small")).replace("num_servers: 5", "num_servers: 10000"));
    await page.click("#generate");
    await job.finished("900,000");
    await page.click("#server");
    await page.keyboard.type("9876");
    assert.ok((await page.$$eval("#server-options option", (all) => all.map(({ value }) => value))).includes("SRV-09876"));
    await page.keyboard.press("Enter");
    assert.equal(await page.$eval("#server", (input) => input.value), "SRV-09876");
    assert.match(await job.text("#chart-server-about"), /SRV-09876/);
    await page.click("#server");
    await page.keyboard.type("web-1");
    await page.keyboard.press("Enter");
    assert.match(await job.text("#server-about"), /No server/);
    assert.match(await job.text("#chart-server-about"), /SRV-09876/);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("shows a failed quality gate, first in the table", async () => {
    const job = await open();
    await job.pasteYaml(`${(await presetText("small")).trimEnd()}\n  quality: {max_missing_pct: 0.01}\n`);
    await job.page.click("#generate");
    await job.finished("450");
    assert.equal(await job.text("#verdict"), "Fail");
    assert.match(await job.text("#verdict-text"), /failed/);
    assert.match(await job.text("#quality-table tbody tr"), /^Missing.*Fail$/);
    await job.page.select("#quality-filter", "attention");
    assert.ok(!(await job.text("#quality-table")).includes("Pass"));
    await job.close();
  });

  it("needs nothing but its own host, and no mouse", async () => {
    const job = await open();
    const { page } = job;
    const foreign = job.requests.filter((url) => !url.startsWith(job.origin) && !url.startsWith("blob:") && !url.startsWith("data:"));
    assert.deepEqual(foreign, []);
    const modules = job.requests.filter((url) => url.endsWith(".wasm"));
    assert.equal(new Set(modules).size, 2, "what generates, and what draws the charts");

    /** Tabs until the focus is where a selector says. */
    async function tabTo(selector) {
      for (let presses = 0; presses < 80; presses++) {
        if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`the keyboard does not reach ${selector}`);
    }
    await tabTo(".skip-link");
    await tabTo("#presets-button");
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await tabTo("#tab-form");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.$eval("#tab-yaml", (tab) => tab.getAttribute("aria-selected")), "true");
    await tabTo("#editor");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    await tabTo("#generate");
    await page.keyboard.press("Enter");
    await job.finished("450");
    assert.ok(await page.evaluate(() => document.activeElement.matches("#generate")), "the focus is back");
    await tabTo('[data-file="parquet"]');
    await job.download("parquet", () => page.keyboard.press("Enter"));
    await tabTo("#metric");
    await job.pressGenerateKeys();
    await job.finished("450");
    assert.deepEqual(job.errors, []);
    await job.close();
  });
});
