// For everybody: no accessibility violation in any state, at any width, in both schemes.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { it } from "node:test";
import { PATIENCE, inEachEngine } from "./support.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The violations that axe finds in the page as it stands. */
async function violations(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
  });
}

const LITTLE = `
data_generation: {num_servers: 2, start_date: 2024-01-01, end_date: 2024-01-10, metrics: {cpu_p95: {base_mean: 50}}}
output: {sample_rows: 5}
`;

/** A URL to where nobody is, signed now. */
function deadUrl(query = "") {
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  return `https://127.0.0.1:9/bucket/runs/r1/d.parquet?${query}X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=K%2F20260101%2Fr%2Fs3%2Faws4_request&X-Amz-Date=${now}&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=00`;
}

/** Chooses a file for the panel that checks files. */
const bring = (page, name, text) => page.evaluate((name, text) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  const input = document.querySelector("#file-input");
  input.files = files.files;
  input.dispatchEvent(new Event("change"));
}, name, text);

/** The states in which the page can be, each reached from the one before. */
const STATES = {
  async done() {},
  async "tour of the page"({ page }) {
    await page.click("#tour-start");
    await page.click("#tour-next");
  },
  // All parts of the page with little in each, so that looking at every element is quick.
  async "little data"(job) {
    await job.page.click("#tour-end");
    await job.pasteYaml(LITTLE);
    await job.page.click("#generate");
    await job.finished("20");
    await job.page.click("#tab-form");
  },
  async "pinned, and in a link"({ page }) {
    await page.click("#pin");
    await page.click("#share");
    await page.waitForFunction(() => document.querySelector("#link-notice").checkVisibility(), { timeout: PATIENCE });
  },
  async "upload panel"({ page }) {
    await page.click("#upload > summary");
    await page.waitForFunction(() => !document.querySelector("#upload-source").inert, { timeout: PATIENCE });
    await page.click("#upload-use");
  },
  async "upload refused beforehand"({ page }) {
    await page.$eval("#upload-text", (field, url) => (field.value = url), deadUrl("x-id=GetObject&"));
    await page.click("#upload-use");
  },
  async "upload failed"(job) {
    const { page } = job;
    await page.click("#upload-forget");
    // It need not wait between its attempts.
    await page.evaluate(() => (Math.random = () => 0));
    await page.$eval("#upload-text", (field, url) => (field.value = url), deadUrl());
    await page.click("#upload-use");
    await page.click("#upload-start");
    await job.shown("#upload-retry");
  },
  async "file check"({ page }) {
    await page.click("#file-check > summary");
    await page.waitForFunction(() => !document.querySelector("#file-drop").inert, { timeout: PATIENCE });
  },
  async "file refused"(job) {
    await bring(job.page, "letter.txt", "Dear colleagues");
    await job.shown("#file-failure");
  },
  async "file with a column missing"(job) {
    await bring(job.page, "export.csv", "day,cpu,note\n2024-01-01,1,x\n");
    await job.shown("#file-plan");
  },
  async "file checked"(job) {
    await bring(job.page, "a-name-that-is-much-longer-than-a-narrow-window-is-wide-2024.csv", "host,day,cpu\na,2024-01-01,1\na,2024-01-02,2\na,2024-01-02,2\n");
    await job.shown("#file-plan");
    await job.page.click("#file-start");
    await job.shown("#file-result");
  },
  async "all parts open"({ page }) {
    await page.$$eval("details", (all) => all.forEach((details) => (details.open = true)));
  },
  async menu({ page }) {
    await page.click("#presets-button");
  },
  async problems(job) {
    await job.page.keyboard.press("Escape");
    await job.pasteYaml("data_generation: {num_servers: 0, start_date: 2024-01-01, end_date: 2023-01-01, sed: 1}\n");
    await job.shown("#problems");
  },
  async "problems in the form"({ page }) {
    await page.click("#tab-form");
  },
  async running(job) {
    await job.startLongRun();
  },
  async cancelled(job) {
    await job.page.click("#cancel");
    await job.shown("#cancelled");
  },
  async failed(job) {
    // No worker starts any more: the one that was there has ended with the cancelled run.
    await job.page.evaluate(() => {
      window.Worker = class {
        constructor() {
          throw new Error("no worker");
        }
      };
    });
    await job.page.click("#generate");
    await job.shown("#failure");
    await job.page.$eval("#failure-more", (details) => (details.open = true));
  },
};

inEachEngine((engine, open) => {
  // Both engines show the same elements: in the second one a pass over one scheme shows that the
  // styles hold there too.
  for (const theme of engine === "Chromium" ? ["light", "dark"] : ["dark"]) {
    it(`has no violation in the ${theme} scheme, wide or narrow`, async () => {
      const job = await open({ theme, invites: true });
      for (const [state, reach] of Object.entries(STATES)) {
        await job.resize({ width: 1600, height: 900 });
        await reach(job);
        for (const width of [1600, 360]) {
          await job.resize({ width, height: 900 });
          assert.deepEqual(await violations(job.page), [], `${state}, ${width} px`);
          assert.ok((await job.overflow()) <= 0, `${state} is too wide for ${width} px`);
        }
      }
      await job.close();
    });
  }

  it("follows the system's colour scheme, and remembers another choice", async () => {
    const job = await open({ theme: "system" });
    const { page } = job;
    const isDark = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor !== "rgb(244, 246, 248)");
    await page.select("#theme", "dark");
    assert.ok(await isDark());
    const dark = await page.$eval("#chart-weekly", (canvas) => canvas.toDataURL());
    await page.select("#theme", "light");
    await page.waitForFunction((dark) => document.querySelector("#chart-weekly").toDataURL() !== dark, { timeout: PATIENCE }, dark);
    assert.equal(await isDark(), false);
    assert.equal(await page.evaluate(() => localStorage.getItem("fleetsynth.theme")), "light");
    await job.close();
  });

  it("draws as sharp as the screen is, and again when its size changes", async () => {
    const job = await open({ width: 1280 });
    const { page } = job;
    const size = () => page.$eval("#chart-over-time", (canvas) => [canvas.width, Math.round(canvas.getBoundingClientRect().width * devicePixelRatio)]);
    const [before, box] = await size();
    assert.equal(before, box);
    await job.resize({ width: 700, height: 900 });
    await page.waitForFunction((before) => document.querySelector("#chart-over-time").width !== before, { timeout: PATIENCE }, before);
    const [after, newBox] = await size();
    assert.equal(after, newBox);
    await job.close();
  });
});
