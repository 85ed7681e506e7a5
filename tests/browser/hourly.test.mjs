// Hourly rows of a fleet whose servers come, go, grow and move: the form, the report, the charts and the daily P95.
import assert from "node:assert/strict";
import { it } from "node:test";
import { PATIENCE, inEachEngine, presetText, python } from "./support.mjs";

/** What the two files are, and whether each day's value is the 95th percentile of its hours. */
const CHECK_DAYS = `
import json, sys
import numpy as np, pandas as pd
hours, days = (pd.read_parquet(path) for path in sys.argv[1:3])
lives = hours.groupby("server_id")["timestamp"].agg(["min", "max", "count"])
by_day = hours.groupby(["server_id", hours["timestamp"].dt.normalize()])["cpu_p95"]
expected = by_day.agg(lambda day: np.percentile(day.dropna(), 95) if day.notna().any() else np.nan)
found = days.set_index(["server_id", "timestamp"])["cpu_p95"]
print(json.dumps({
    "rows": len(hours), "days": len(days), "same_days": bool(found.index.equals(expected.index)),
    "off": float((found - expected).abs().max()), "moved": int((hours.groupby("server_id")["region"].nunique() > 1).sum()),
    "continuous": bool(((lives["max"] - lives["min"]) // pd.Timedelta(hours=1) + 1 == lives["count"]).all()),
    "late": int((lives["min"] > lives["min"].min()).sum()),
}))`;

const LIFECYCLE = "  lifecycle: {commissioned_share: 0.4, decommissioned_share: 0.3, resized_share: 0.5, migrated_share: 0.4}\n";

inEachEngine((engine, open) => {
  it("makes hourly rows, checks them by day, and gives their daily P95", async () => {
    const job = await open();
    const { page } = job;
    await job.choosePreset("Small fleet");
    await page.waitForFunction(() => document.querySelector("#estimate strong").textContent === "450 rows", { timeout: PATIENCE });
    await page.select('[name="data_generation.granularity"]', "hourly");
    await page.waitForFunction(() => document.querySelector("#estimate").textContent.includes("5 servers × 2,160 hours"), { timeout: PATIENCE });
    assert.equal(await job.text("#estimate strong"), "10,800 rows");
    await page.click("#generate");
    await job.finished("10,800");
    assert.equal(await job.figure("days"), "90");
    assert.match(await job.text("#verdict"), /Pass/);
    const found = await python(CHECK_DAYS, await job.download("parquet"), await job.download("daily-p95"));
    assert.deepEqual([found.rows, found.days, found.same_days, found.continuous, found.late], [10_800, 450, true, true, 0]);
    assert.ok(found.off <= 0.005 + 1e-9, `${found.off}`);
    const times = await page.$$eval("#preview-table tbody tr", (rows) => rows.slice(0, 2).map((row) => row.cells[1].textContent));
    assert.deepEqual(times, ["2024-01-01 00:00:00", "2024-01-01 01:00:00"]);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("follows servers that come, go, grow and move", async () => {
    const job = await open();
    const { page } = job;
    const yaml = (await presetText("small")).replace("num_servers: 5", "num_servers: 60")
      .replace("data_generation:\n", `data_generation:\n  granularity: hourly\n${LIFECYCLE}`);
    await job.pasteYaml(yaml);
    await page.waitForFunction(() => /^about [\d,]+ rows$/.test(document.querySelector("#estimate strong").textContent), { timeout: PATIENCE });
    await page.click("#generate");
    await page.waitForFunction(() => document.querySelector('[data-figure="servers"] dd').textContent === "60", { timeout: PATIENCE });
    await job.finished();
    const rows = Number((await job.figure("rows")).replaceAll(",", ""));
    assert.ok(rows < 0.9 * 60 * 2160 && rows > 0.5 * 60 * 2160, `${rows}`);
    assert.doesNotMatch(await job.text("#verdict"), /Fail/);
    const found = await python(CHECK_DAYS, await job.download("parquet"), await job.download("daily-p95"));
    assert.deepEqual([found.rows, found.days * 24, found.same_days, found.continuous], [rows, rows, true, true]);
    assert.ok(found.late > 10 && found.moved > 8, `${found.late} late, ${found.moved} moved`);
    await job.choosePreset("Small fleet");
    await page.click("#generate");
    await job.finished("450");
    assert.equal(await page.$('[data-file="daily-p95"]'), null, "daily rows have no other daily file");
    assert.deepEqual(job.errors, []);
    await job.close();
  });
});
