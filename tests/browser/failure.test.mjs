// What goes wrong stays small: a sentence says what to do, and the next run works.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { it } from "node:test";
import { inEachEngine } from "./support.mjs";

/** A worker whose generation fails in one of these ways. */
const failingWorker = (way) => `
import "./real-worker.js";
import { CsvExport, FirstChart, Generation } from "../fleetsynth.js";
const UNREACHABLE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11]);
const ways = {
  // A profile of no metrics (a day per bin, three empty lists) breaks a promise that the core relies on.
  panic: () => new FirstChart("data_generation: {num_servers: 1, start_date: 2024-01-01, end_date: 2024-01-02}", new Uint8Array([1, 0, 0, 0])).describe(0),
  trap: () => new WebAssembly.Instance(new WebAssembly.Module(UNREACHABLE)).exports.f(),
  memory: () => { const all = []; for (;;) all.push(new ArrayBuffer(Number.MAX_SAFE_INTEGER)); },
};
Generation.prototype.step = ways.${way};
CsvExport.prototype.step = ways.${way};
`;

/** Puts another script in the place of the worker's; gives a function that puts that back. */
async function replaceWorker(site, way) {
  const [path, real] = ["worker.js", "real-worker.js"].map((name) => join(site, "js", name));
  // What the server would send instead.
  for (const kind of ["br", "gz"]) await rm(`${path}.${kind}`, { force: true });
  await rename(path, real);
  if (way !== "missing") await writeFile(path, failingWorker(way));
  return () => rename(real, path);
}

inEachEngine((engine, open) => {
  for (const [way, title] of [
    ["panic", /error of its own/],
    ["trap", /stopped unexpectedly/],
    ["memory", /out of memory/],
    ["missing", /could not be loaded/],
  ]) {
    it(`recovers without a reload from a worker that ends by ${way}`, async () => {
      const job = await open({ keeps: false });
      const { page } = job;

      // End the worker that is there, so that the next job starts one.
      await job.startLongRun();
      await page.click("#cancel");
      await job.shown("#cancelled");
      await job.choosePreset("Small fleet");

      const putBack = await replaceWorker(job.site, way);
      await page.click("#generate");
      await job.shown("#failure");
      assert.match(await job.text("#failure-title"), title);
      assert.ok((await job.text("#failure-advice")).length > 30);
      if (way === "panic") assert.match(await page.$eval("#failure-detail", (detail) => detail.textContent), /panicked at src/);
      assert.equal(await job.figure("rows"), "175,320", "the earlier results stay");
      await page.click('[data-file="csv"]');
      await job.shown("#failure");

      await putBack();
      await page.click("#generate");
      await job.finished("450");
      assert.equal(await job.isVisible("#failure"), false);
      await job.close();
    });
  }

  it("ends a run whose results it cannot show, says so, and keeps the files", async () => {
    const job = await open();
    const { page } = job;
    await page.evaluate(() => {
      const table = document.querySelector("#statistics-table");
      table.id = "";
      window.putBack = () => (table.id = "statistics-table");
    });
    await job.choosePreset("Small fleet");
    await page.click("#generate");
    await job.finished("450");
    assert.equal(await job.text("#failure-title"), "The results could not be shown");
    assert.match(await page.$eval("#failure-detail", (detail) => detail.textContent), /statistics-table/);
    assert.equal((await readFile(await job.download("sample-csv"), "utf8")).trim().split("\n").length, 101);

    await page.evaluate(() => window.putBack());
    await page.click("#generate");
    await job.gone("#failure");
    await job.finished("450");
    assert.equal((await page.$$("#statistics-table tbody tr")).length, 5);
    await job.close();
  });

  it("calls charts that cannot be drawn no lost connection", async () => {
    const job = await open();
    const { page } = job;
    await page.evaluate(async () => {
      const { Report } = await import(new URL("fleetsynth_charts.js", document.baseURI).href);
      const { draw } = Report.prototype;
      Report.prototype.draw = () => {
        throw new Error("no chart today");
      };
      window.putBack = () => (Report.prototype.draw = draw);
    });
    await page.click("#generate");
    await job.shown("#failure");
    assert.equal(await job.text("#failure-title"), "The results could not be shown");
    assert.match(await page.$eval("#failure-detail", (detail) => detail.textContent), /no chart today/);
    assert.equal(await job.isVisible("#charts-failed"), false);

    await page.evaluate(() => window.putBack());
    await page.click("#generate");
    await job.gone("#failure");
    await job.finished("175,320");
    assert.match(await job.text("#chart-server-about"), /^CPU P95 of SRV-0001/);
    await job.close();
  });

  it("says so when its module cannot be loaded", async () => {
    const job = await open({
      ready: false,
      prepare: (page) => page.evaluateOnNewDocument(() => {
        window.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
      }),
    });
    await job.shown("#fatal");
    assert.match(await job.text("#fatal"), /Reload the page/);
    assert.equal(await job.isVisible("#workspace"), false);
    await job.close();
  });

  it("says so when the page itself has trapped, and leaves the configuration in reach", async () => {
    const job = await open();
    await job.page.evaluate(() => {
      const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11];
      setTimeout(new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports.f);
    });
    await job.shown("#fatal");
    assert.match(await job.text("#fatal"), /copy your YAML/);
    assert.ok(await job.isVisible("#workspace"));
    await job.close();
  });

  it("works on a plain host that knows no media type for WASM and sends no policy", async () => {
    const known = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
    const host = createServer(async (request, response) => {
      const path = decodeURI(new URL(request.url, "http://host/").pathname).replace(/\/$/, "/index.html");
      const body = await readFile(join(site, path)).catch(() => null);
      response.writeHead(body ? 200 : 404, { "Content-Type": known[extname(path)] ?? "application/octet-stream" }).end(body);
    });
    await new Promise((resolve) => host.listen(0, "127.0.0.1", resolve));
    const probe = await open();
    const { site } = probe;
    await probe.close();
    const job = await open({ url: `http://127.0.0.1:${host.address().port}/` });
    assert.equal(await job.figure("rows"), "175,320");
    await job.close();
    host.closeAllConnections();
    await new Promise((resolve) => host.close(resolve));
  });
});
