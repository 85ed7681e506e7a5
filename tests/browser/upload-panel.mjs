// The upload panel as a user has it, for the driven tests of uploads.
import assert from "node:assert/strict";
import { PATIENCE, presetText } from "./support.mjs";

/** What the default job's files are named after. */
export const STEM = "raw_server_metrics_20220101_to_20251231";
export const DATASET = `${STEM}.parquet`;
/** Where the bundles put the dataset. */
export const KEY = `runs/r1/${DATASET}`;

/** So many bytes of a connection come through where a test must find an upload of parts of 16 MiB under way. */
export const STALL = 20_000_000;

export const originOf = (job) => job.origin.replace(/\/$/, "");

/** A dataset of more than 200 MB, or of as many servers as are said. */
export async function largeYaml(servers = 3500) {
  const yaml = (await presetText("config")).replace("num_servers: 120", `num_servers: ${servers}`)
    .replace("decimals: 2 ", "decimals: null ").replace("compression: snappy", "compression: none");
  assert.match(yaml, /decimals: null[^]*compression: none/);
  return yaml;
}

/** Opens the page with the upload panel open. `random`: how long it waits between attempts, of the longest. */
export async function openPanel(open, { random = 0, yaml, rows, behind = 0, ...settings } = {}) {
  const job = await open({
    ...settings,
    prepare: (page) => page.evaluateOnNewDocument((random, behind) => {
      Math.random = () => random;
      const now = Date.now;
      Date.now = () => now() - behind;
    }, random, behind),
  });
  if (yaml) {
    await job.pasteYaml(yaml);
    await job.page.click("#generate");
    await job.finished(rows);
  }
  await job.page.click("#upload > summary");
  await job.page.waitForFunction(() => !document.querySelector("#upload-source").inert);
  return { ...job, ...panel(job) };
}

/** What a user does and sees of an upload. */
function panel({ page, text }) {
  const actions = {
    /** Gives a bundle or URL by the keyboard's way. */
    async give(bundle) {
      if (await page.$eval("#upload-source", (source) => source.hidden)) await page.click("#upload-forget");
      await page.$eval("#upload-text", (field, value) => (field.value = value), typeof bundle === "string" ? bundle : JSON.stringify(bundle));
      // Forgetting the bundle before lets this one in a moment later.
      await page.waitForFunction(() => document.querySelector("#upload-use").checkVisibility());
      await page.click("#upload-use");
    },
    async start(bundle) {
      await actions.give(bundle);
      assert.equal(await page.$eval("#upload-start", (button) => button.disabled), false, await text("#upload-findings"));
      await page.click("#upload-start");
    },
    headline: () => text("#upload-headline"),
    /** Waits until nothing more will happen by itself; gives what the headline says then. */
    over: () => page.waitForFunction(() => {
      const title = document.querySelector("#upload-headline").textContent;
      return /^(Uploaded|Cancelled|\d+ of)/.test(title) && title;
    }, { timeout: 4 * PATIENCE }),
    findings: () => page.$$eval("#upload-findings li", (all) => all.map((item) => item.textContent.trim())),
    failures: () => page.$$eval("#upload-failures .notice", (all) => all.map((notice) => ({
      title: notice.querySelector("h4").textContent,
      text: notice.textContent,
      causes: [...notice.querySelectorAll("ol li")].map((cause) => cause.textContent),
      cors: notice.querySelector("pre")?.textContent ?? null,
    }))),
    /** Keys of the files that the page says are there. */
    uploaded: () => page.$$eval('#upload-files [data-state="done"] .upload-key', (all) => all.map((key) => key.textContent)),
    etags: () => page.$$eval(".upload-etag", (all) => all.map((etag) => etag.textContent).filter((text) => text !== "")),
    /** Waits until so many bytes of a hundred are sent. */
    sent: (percent) => page.waitForFunction((share) => document.querySelector("#upload-bar").value >= share, { timeout: PATIENCE }, percent / 100),
  };
  return actions;
}
