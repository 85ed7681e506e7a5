// The report as one HTML file: made in the page, opened without it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { it } from "node:test";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { inEachEngine } from "./support.mjs";

inEachEngine((engine, open) => {
  it("is downloaded, and shows everything by itself", async () => {
    const job = await open();
    const path = await job.download("document");
    const report = await open({ url: pathToFileURL(path).href, ready: false });
    const { page } = report;
    await page.waitForFunction(() => document.querySelectorAll("figure svg").length === 27);
    assert.equal(await page.title(), `Report on ${await job.text("#results-title")}`);
    assert.ok((await report.text("body")).includes(await job.text("#sha")));
    assert.equal(await page.$$eval("tbody tr", (rows) => rows.filter((row) => row.lastElementChild.textContent === "pass").length), 51);
    for (const width of [1280, 360]) {
      await report.resize({ width, height: 800 });
      assert.ok((await report.overflow()) <= 0, `${width} px: too wide by ${await report.overflow()}`);
    }
    // Its own policy lets no script in but the driver's.
    if (engine === "Chromium") {
      const found = await page.evaluate(`${axe.source}; axe.run(document, { resultTypes: ["violations"] })`);
      assert.deepEqual(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), []);
    }
    assert.deepEqual(report.requests.filter((url) => !url.startsWith("file:") && !url.startsWith("data:")), []);
    assert.deepEqual(report.errors, []);
    assert.deepEqual(job.errors, []);
    assert.ok((await readFile(path)).length < 2_000_000);
    await report.close();
    await job.close();
  });
});
