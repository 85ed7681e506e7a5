// What the driven tests share: two browsers, a site to open, and the page's parts by what they are.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import puppeteer from "puppeteer-core";
import { serve } from "../../scripts/server.mjs";

const ROOT = new URL("../../", import.meta.url).pathname;
export const DIST = process.env.FLEETSYNTH_DIST ?? join(ROOT, "dist");
/** Below the server's root, as on a host that serves other pages too. */
const SUB_PATH = "tools/fleet synth";
/** How long a page may take for anything, milliseconds: test machines are slow. */
export const PATIENCE = 60_000;

const CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
  .concat(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
const FILE_TYPES = "application/vnd.apache.parquet,application/json,application/yaml,text/csv,text/html,application/gzip,image/png,image/svg+xml";

const ENGINES = {
  Chromium: () => ({ executablePath: program("CHROME"), args: CHROMIUM_FLAGS }),
  Firefox: (downloads) => ({
    browser: "firefox",
    executablePath: program("FIREFOX"),
    extraPrefsFirefox: {
      "browser.download.dir": downloads,
      "browser.download.folderList": 2,
      "browser.helperApps.neverAsk.saveToDisk": FILE_TYPES,
      "browser.download.alwaysOpenPanel": false,
      // Ask before a page is left, as for a user who has used it.
      "dom.require_user_interaction_for_beforeunload": false,
    },
  }),
};

function program(variable) {
  const path = process.env[variable];
  if (!path) throw new Error(`$${variable} must say where the browser is: ". scripts/setup test" sets it.`);
  return path;
}

/** Loosens one rule of a site's policy. */
async function loosen(site, rule, looser) {
  const path = join(site, "index.html");
  const [before, after, ...others] = (await readFile(path, "utf8")).split(rule);
  assert.ok(after && others.length === 0, "the page's policy has another form");
  await writeFile(path, before + looser + after);
  // What the server would send instead.
  for (const kind of ["br", "gz"]) await rm(`${path}.${kind}`, { force: true });
}

/**
 * Describes the page in each engine. `define` gets the engine's name and a way to open pages.
 * @param {(engine: string, open: typeof openPage) => void} define
 * @param {{ sendsTo?: string, trusts?: string, watches?: boolean }} options `sendsTo`: where the page may send data besides any
 *   `https:` address; `trusts`: a policy that may make scripts of addresses besides the page's own;
 *   `watches`: whether the pages' `requests` are told. Firefox 140 keeps what a watched page sends, gigabytes of it,
 *   and now and then ends itself where a watched connection is cut.
 */
export function inEachEngine(define, { sendsTo, trusts, watches = true } = {}) {
  for (const [engine, options] of Object.entries(ENGINES)) {
    describe(engine, { timeout: 10 * PATIENCE }, () => {
      const shared = {};
      before(async () => {
        shared.folder = await mkdtemp(join(tmpdir(), "fleetsynth-"));
        shared.downloads = join(shared.folder, "downloads");
        shared.site = join(shared.folder, "site", SUB_PATH);
        await mkdir(shared.downloads);
        await cp(DIST, shared.site, { recursive: true });
        if (sendsTo) await loosen(shared.site, "connect-src 'self' https:", `connect-src 'self' https: ${sendsTo}`);
        if (trusts) await loosen(shared.site, "trusted-types fleetsynth", `trusted-types fleetsynth ${trusts}`);
        await writeFile(join(shared.folder, "site", "index.html"), "Another page.");
        shared.server = await serve({ dir: join(shared.folder, "site"), page: join(shared.site, "index.html") });
        shared.browser = await puppeteer.launch({ headless: true, defaultViewport: null, networkEnabled: watches, ...options(shared.downloads) });
      });
      after(async () => {
        await shared.browser?.close();
        await shared.server?.close();
        await rm(shared.folder, { recursive: true, force: true });
      });
      define(engine, (settings) => openPage(engine, shared, settings));
    });
  }
}

/**
 * A page whose `waitForFunction` evaluates from outside: puppeteer's own compiles its condition inside
 * the page, which the page's Content-Security-Policy forbids in Firefox. Its `click` first
 * scrolls: puppeteer's own hits the masthead where that lies over what is to be clicked.
 */
export function patient(page) {
  page.waitForFunction = async (condition, { timeout = PATIENCE } = {}, ...args) => {
    for (const end = Date.now() + timeout; ; ) {
      const found = await page.evaluate(condition, ...args);
      if (found) return found;
      if (Date.now() > end) assert.fail(`not so after ${timeout} ms: ${condition}\n${JSON.stringify(args)}\n${await situation(page)}`);
      await setTimeout(20);
    }
  };
  const click = page.click.bind(page);
  page.click = async (selector, options) => {
    await page.evaluate((selector) => {
      const element = document.querySelector(selector);
      if (!element) return;
      const { x, y, width, height } = element.getBoundingClientRect();
      if (!element.contains(document.elementFromPoint(x + width / 2, y + height / 2))) element.scrollIntoView({ block: "center" });
    }, selector);
    await click(selector, options);
  };
  return page;
}

/** What there is to see and to read of a page, for whoever wants to know why something is not so. */
async function situation(page) {
  const visible = await page.evaluate(() => document.body.innerText.replace(/\s*\n\s*/g, " | ").slice(0, 6000));
  return [...(page.said ?? []), visible].join("\n");
}

/** Sets the size of the page; older Firefoxes do so, too, but don't know the screen's orientation. */
const resize = (page, size) =>
  page.setViewport(size).catch((error) => {
    if (!error.message.includes("setScreenOrientationOverride")) throw error;
  });

/**
 * Opens the page in a profile of its own and waits for its first dataset.
 * @param {{ width?: number, height?: number, theme?: string, prepare?: (page: object) => Promise<void>, ready?: boolean, url?: string, keeps?: boolean, invites?: boolean }} settings
 *   `invites`: whether the page may lay the invitation to its tour over what is clicked, as on a first visit;
 *   `keeps`: whether the browser may keep the page's files, so that it does not see when the server has others.
 */
async function openPage(engine, shared, { width = 1280, height = 900, theme = "light", prepare, ready = true, url, keeps = true, invites = false } = {}) {
  const { browser, server, downloads, site } = shared;
  const context = await browser.createBrowserContext();
  const page = patient(await context.newPage());
  if (engine === "Chromium") {
    const session = await page.createCDPSession();
    await session.send("Page.setDownloadBehavior", { behavior: "allow", downloadPath: downloads });
  }
  await resize(page, { width, height });
  await page.emulateMediaFeatures?.([{ name: "prefers-color-scheme", value: theme }]).catch(() => {});
  const errors = [];
  const requests = [];
  const logged = [];
  page.said = errors;
  page.on("console", (message) => logged.push(message.text()));
  page.on("console", (message) => ["error", "warn"].includes(message.type()) && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  await page.evaluateOnNewDocument((theme, invites) => {
    // The blank page before the first one has no storage.
    if (!location.protocol.startsWith("http")) return;
    localStorage.setItem("fleetsynth.theme", theme);
    if (!invites) localStorage.setItem("fleetsynth.tour", "seen");
  }, theme, invites);
  if (!keeps) await page.evaluateOnNewDocument(() => Object.defineProperty(navigator, "serviceWorker", { value: undefined }));
  await prepare?.(page);
  await page.goto(url ?? `${server.url}${encodeURI(SUB_PATH)}/`);
  const driver = { page, errors, logged, requests, site, downloads, origin: server.url, ...drive(page, downloads) };
  if (ready) await driver.finished();
  return { ...driver, close: () => context.close() };
}

/** What a user does and sees. */
function drive(page, downloads) {
  const driver = {
    /** Text of the first element that a selector finds. */
    text: (selector) => page.$eval(selector, (element) => element.textContent.trim()),
    isVisible: (selector) => page.$eval(selector, (element) => element.checkVisibility()),
    shown: (selector) => page.waitForFunction((s) => document.querySelector(s)?.checkVisibility(), { timeout: PATIENCE }, selector),
    gone: (selector) => page.waitForFunction((s) => !document.querySelector(s)?.checkVisibility(), { timeout: PATIENCE }, selector),

    resize: (size) => resize(page, size),

    /** The headline figure with this name. */
    figure: (name) => driver.text(`[data-figure="${name}"] dd`),

    /** Waits until a run is over, whatever it led to; `rows` as the page writes them. */
    finished: (rows) => page.waitForFunction((rows) => {
      const shown = document.querySelector('[data-figure="rows"] dd')?.textContent;
      return document.querySelector("#generate").checkVisibility() && shown && (!rows || shown === rows);
    }, { timeout: PATIENCE }, rows),

    async choosePreset(title) {
      await page.click("#presets-button");
      await page.evaluate((title) => {
        [...document.querySelectorAll("[role=menuitem]")].find((item) => item.textContent.startsWith(title)).click();
      }, title);
    },

    /** Puts a text in the editor's place, as by pasting it. */
    async pasteYaml(yaml) {
      await page.click("#tab-yaml");
      await page.evaluate(async (yaml) => {
        const { EditorView } = await import(new URL("vendor/codemirror.js", document.baseURI).href);
        const view = EditorView.findFromDOM(document.querySelector("#editor").shadowRoot.querySelector(".cm-editor"));
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: yaml }, userEvent: "input.paste" });
      }, yaml);
    },

    /** Starts a run that takes much longer than any test, and waits until it is under way. */
    async startLongRun() {
      await driver.pasteYaml((await presetText("large")).replace("num_servers: 2000", "num_servers: 40000"));
      await page.click("#generate");
      await page.waitForFunction(() => document.querySelector("#progress").value > 0, { timeout: PATIENCE });
    },

    /** Cancels the run; gives the milliseconds until the page shows that. */
    cancel: () => page.evaluate(async () => {
      const start = performance.now();
      document.querySelector("#cancel").click();
      while (!document.querySelector("#generate").checkVisibility()) await new Promise((resolve) => setTimeout(resolve));
      return performance.now() - start;
    }),

    /** The lines of the editor that are in view. */
    yamlLines: () => page.evaluate(() => {
      const lines = document.querySelector("#editor").shadowRoot.querySelectorAll(".cm-line");
      return [...lines].map((line) => line.textContent);
    }),

    /** Sets a field of the form as a user does, by its key. */
    async setField(key, value) {
      await page.click("#tab-form");
      const selector = `[name="data_generation.${key}"]`;
      await page.$eval(selector, (field) => (field.closest("details").open = true));
      await page.focus(selector);
      await page.$eval(selector, (field) => field.select());
      await page.keyboard.type(value);
    },

    field: (key) => page.$eval(`[name="data_generation.${key}"]`, (field) => field.value),

    /** Generates by the keyboard, wherever the focus is. */
    async pressGenerateKeys() {
      await page.keyboard.down("Control");
      await page.keyboard.press("Enter");
      await page.keyboard.up("Control");
    },

    /** Presses a download button and waits for the file; gives its path. */
    async download(id, press = () => page.click(`[data-file="${id}"]`)) {
      const name = await page.$eval(`[data-file="${id}"]`, (button) => button.title.split(": ").at(-1));
      const path = join(downloads, name);
      await rm(path, { force: true });
      await press();
      for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
        const there = await readdir(downloads);
        const partial = there.some((file) => file.endsWith(".part") || file.endsWith(".crdownload"));
        if (there.includes(name) && !partial && (await readFile(path)).length > 0) return path;
        await setTimeout(50);
      }
      assert.fail(`${name} was not downloaded: ${await readdir(downloads)}`);
    },

    /** How many pixels the page is too wide. */
    overflow: () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
  };
  return driver;
}

/** The golden SHA-256 of a preset's Parquet file. */
export async function fingerprint(preset) {
  const lines = (await readFile(join(ROOT, "tests/fingerprints.txt"), "utf8")).trim().split("\n");
  return lines.map((line) => line.split("  ")).find(([, name]) => name === preset)[0];
}

/** The text of a preset. */
export const presetText = (name) => readFile(join(ROOT, `config/${name}.yaml`), "utf8");

/** Runs Python, which prints JSON. */
export async function python(code, ...args) {
  const { stdout } = await promisify(execFile)(program("FLEETSYNTH_PYTHON"), ["-c", code, ...args]);
  return JSON.parse(stdout);
}
