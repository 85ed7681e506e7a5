/** @file The built page in Chromium, driven as a user does: the first click on a new page, and further clicks. */
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { serve } from "../scripts/server.mjs";
import { ROOT, yaml } from "./job.mjs";
import { descendants, footprintPeakOf, peakOf } from "./memory.mjs";

/** How long a run may take, milliseconds. */
const PATIENCE = 600_000;
/** A user takes this long to begin with a new page, milliseconds. */
const IDLE = 1000;
/** The page checks a changed text only after a pause; the click is to find all that done. Milliseconds. */
const SETTLED = 500;

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
  // A spare process would count as the largest one.
  .concat(["--disable-component-update", "--disable-sync", "--disable-features=SpareRendererForSitePerProcess"]);

export const ANSWER = "click to the worker's last answer";
export const REPORT = "click to the report on the page";
export const MADE_IN = "\"Made in\", as the page says";

/** Every run on a page of its own, in a new profile, after its first dataset and a pause. */
export const firstClick = {
  label: "Chromium, first click",
  open: (job) => openBrowser(job, async (browser, url) => ({
    async run(text) {
      const context = await browser.createBrowserContext();
      const sample = await click(await openPage(context, url), text);
      return { sample, done: () => context.close() };
    },
  })),
};

/** All runs on one page, in the browser's own profile: a private context has little storage. */
export const warm = {
  label: "Chromium, warm",
  open: (job) => openBrowser(job, async (browser, url) => {
    const page = await openPage(browser.defaultBrowserContext(), url);
    return { page, run: async (text) => ({ sample: await click(page, text), done: async () => {} }) };
  }),
};

/**
 * @param {import("./job.mjs").Job} job
 * @param {(browser: puppeteer.Browser, url: string) => Promise<object>} prepare
 */
async function openBrowser(job, prepare) {
  const server = await serve({ dir: join(ROOT, "dist") });
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROME,
    args: FLAGS,
    defaultViewport: { width: 1280, height: 900 },
    protocolTimeout: PATIENCE,
  });
  const pages = await prepare(browser, server.url);
  const peaks = { renderer: 0, browser: 0 };

  async function run(seed) {
    const { sample, done } = await pages.run(await yaml(job, seed));
    const now = peaksOf(browser.process().pid);
    for (const kind of Object.keys(peaks)) peaks[kind] = Math.max(peaks[kind], now[kind]);
    await done();
    if (sample.rows !== job.rows) throw new Error(`The page shows ${sample.rows} rows instead of ${job.rows}.`);
    return sample;
  }
  return {
    page: pages.page,
    versions: { Chromium: (await browser.version()).replace(/^.*\//, "") },
    warmUp: run,
    run,
    peakBytes: () => peaks.renderer || null,
    /** What the browser's own process has needed, in which it may keep the bytes of blobs. */
    browserPeakBytes: () => peaks.browser || null,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** The largest process that runs pages with their workers, and the browser's own. */
function peaksOf(pid) {
  const renderers = [...descendants(pid)].filter(([, command]) => command.includes("--type=renderer"));
  return { renderer: Math.max(0, ...renderers.map(([renderer]) => footprintPeakOf(renderer) ?? 0)), browser: peakOf(pid) ?? 0 };
}

async function openPage(context, url) {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.evaluateOnNewDocument(watchWorkers);
  await page.goto(url);
  await page.waitForFunction(() => {
    const rows = document.querySelector('[data-figure="rows"] dd')?.textContent;
    return rows && document.querySelector("#generate").checkVisibility();
  });
  await pause(IDLE);
  return page;
}

/** In the page: notes when a worker has last answered. */
function watchWorkers() {
  window.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", () => (window.answeredAt = performance.now()));
    }
  };
}

/** Puts a configuration into the editor, generates, and reads what the page shows. */
async function click(page, text) {
  await page.click("#tab-yaml");
  await page.evaluate(async (text) => {
    const { EditorView } = await import(new URL("vendor/codemirror.js", document.baseURI).href);
    const view = EditorView.findFromDOM(document.querySelector("#editor").shadowRoot.querySelector(".cm-editor"));
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: "input.paste" });
  }, text);
  await pause(SETTLED);
  const { answer, report, figures, sha256 } = await page.evaluate(generate);
  return {
    times: { [ANSWER]: answer / 1000, [REPORT]: report / 1000, [MADE_IN]: secondsOf(figures.time) },
    rows: Number(figures.rows.replaceAll(",", "")),
    fileBytes: null,
    sha256,
  };
}

/** In the page: clicks, and waits until the button is back and the figures are new ones. */
async function generate() {
  const button = document.querySelector("#generate");
  const old = document.querySelector('[data-figure="rows"]');
  const isOver = () => {
    const failure = document.querySelector("#failure");
    if (!failure.hidden) throw new Error(`the page says: ${failure.textContent.trim()}`);
    return !button.hidden && document.querySelector('[data-figure="rows"]') !== old;
  };
  const started = performance.now();
  button.click();
  await new Promise((resolve, reject) => {
    new MutationObserver((_, observer) => {
      try {
        if (!isOver()) return;
        resolve();
      } catch (error) {
        reject(error);
      }
      observer.disconnect();
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  const report = performance.now() - started;
  const figures = [...document.querySelectorAll("[data-figure]")];
  return {
    answer: window.answeredAt - started,
    report,
    figures: Object.fromEntries(figures.map((figure) => [figure.dataset.figure, figure.querySelector("dd").textContent])),
    sha256: document.querySelector("#sha").textContent.trim(),
  };
}

/** The number of seconds in `12 ms`, `0.35 s` or `1 min 5 s`. */
function secondsOf(text) {
  const units = { ms: 0.001, s: 1, min: 60 };
  const parts = [...text.matchAll(/([\d.,]+) (ms|s|min)\b/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number.replaceAll(",", "")) * units[unit], 0);
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
