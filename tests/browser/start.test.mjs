// How the page starts: in browsers without SIMD too, soon, and without keeping anybody waiting.
import assert from "node:assert/strict";
import { it } from "node:test";
import { fingerprint, inEachEngine } from "./support.mjs";

/** A task that takes longer than this keeps the page from answering, milliseconds. */
const LONG = 50;
/** Test machines do other things meanwhile: the best of at most so many counts. */
const REPEATS = 5;
/** Share of the window, times share of the way, that may move: what a line of text takes. https://web.dev/articles/cls calls 0.1 good. */
const MOVED = 0.01;

/** Has the page note its long tasks, and when the first chart was drawn. */
const watch = (page) => page.evaluateOnNewDocument(() => {
  window.longTasks = [];
  const note = (entries) => window.longTasks.push(...entries.map(({ duration }) => duration));
  const tasks = new PerformanceObserver((list) => note(list.getEntries()));
  tasks.observe({ type: "longtask", buffered: true });
  window.takeLongTasks = () => {
    note(tasks.takeRecords());
    return window.longTasks.splice(0);
  };
  // A canvas gets its size when it is drawn for the first time.
  new MutationObserver((_, observer) => {
    window.firstChart = performance.now();
    observer.disconnect();
  }).observe(document, { subtree: true, attributeFilter: ["width"] });
});

/** Has the page note what moves without the reader having done anything. */
const watchShifts = (page) => page.evaluateOnNewDocument(() => {
  const shifts = [];
  const note = (entries) => shifts.push(...entries.map(({ value, sources }) => ({ value, what: sources.map(({ node }) => node?.id || node?.className) })));
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  window.takeShifts = () => {
    note(observer.takeRecords());
    return shifts;
  };
});

inEachEngine((engine, open) => {
  it("makes the same dataset in a browser without SIMD", async () => {
    const job = await open({
      prepare: (page) => page.evaluateOnNewDocument(() => {
        WebAssembly.validate = () => false;
      }),
    });
    assert.ok(job.requests.some((url) => url.endsWith("/fleetsynth_baseline_bg.wasm")), "the other module");
    assert.equal(await job.text("#sha"), await fingerprint("config"));
    await job.close();
  });

  it("starts where the browser compiles nothing in the background", async () => {
    const job = await open({
      prepare: (page) => page.evaluateOnNewDocument(() => {
        const { instantiate } = WebAssembly;
        const never = () => new Promise(() => {});
        Object.assign(WebAssembly, { compile: never, compileStreaming: never, instantiateStreaming: never });
        WebAssembly.instantiate = (what, ...rest) => (what instanceof WebAssembly.Module ? instantiate(what, ...rest) : never());
      }),
    });
    assert.equal(await job.figure("rows"), "175,320");
    assert.match(await job.text("#chart-server-about"), /^CPU P95 of SRV-0001/);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  // The only engine that tells.
  if (engine !== "Chromium") return;
  for (const [width, height] of [[1350, 940], [1920, 1080], [360, 800]]) {
    it(`keeps in its place what is seen while the page starts, ${width} px wide`, async () => {
      const job = await open({ width, height, invites: true, prepare: watchShifts });
      // What explores the charts comes last, and ends with the days in view.
      await job.page.waitForFunction(() => document.querySelector("#overview-days").textContent !== "");
      const shifts = await job.page.evaluate(() => window.takeShifts());
      const moved = shifts.reduce((sum, { value }) => sum + value, 0);
      assert.ok(moved < MOVED, `a layout shift of ${moved.toFixed(3)}: ${JSON.stringify(shifts)}`);
      await job.close();
    });
  }

  it("answers all the time: no task is long while the page starts, generates and shows", async (t) => {
    const runs = { "start and default run": [], "large run": [] };
    const isClean = () => Object.values(runs).every((longest) => Math.min(...longest) <= LONG);
    for (let repeat = 0; repeat < REPEATS && !isClean(); repeat++) {
      const job = await open({ prepare: watch });
      const { page } = job;
      const take = async (name) => {
        // Entries come a little after the tasks.
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
        const tasks = await page.evaluate(() => window.takeLongTasks());
        runs[name].push(Math.max(0, ...tasks));
        t.diagnostic(`${name}: ${tasks.length ? `tasks of ${tasks.map(Math.round).join(", ")} ms` : "no long task"}`);
      };
      const firstChart = await page.evaluate(() => window.firstChart);
      t.diagnostic(`from navigation to the first chart ${Math.round(firstChart)} ms, ${job.requests.length} requests`);
      await take("start and default run");
      await job.choosePreset("Large fleet");
      await page.click("#generate");
      await job.finished("3,652,000");
      await take("large run");
      await job.close();
    }
    for (const [name, longest] of Object.entries(runs)) {
      // The repeats go on until one has no long task; that is what is printed. On a busy machine a task
      // lasts longer than it works, so what fails is twice that: undivided, these tasks take more when quiet.
      assert.ok(Math.min(...longest) <= 2 * LONG, `${name}: the longest task of each repeat was ${longest.map(Math.round)} ms`);
    }
  });
});
