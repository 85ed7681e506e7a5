// The page without a network, and a newer build beside the one in use.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { promisify } from "node:util";
import { serve } from "../../scripts/server.mjs";
import { DIST, fingerprint, inEachEngine } from "./support.mjs";

const PRECACHE = new URL("../../scripts/precache.mjs", import.meta.url).pathname;

/** The page below a path of a server that can be stopped. */
async function startSite() {
  const folder = await mkdtemp(join(tmpdir(), "fleetsynth-"));
  const site = join(folder, "tools");
  await cp(DIST, site, { recursive: true });
  const { url, close } = await serve({ dir: folder, page: join(site, "index.html") });
  let runs = true;
  const stop = async () => {
    if (runs) await close();
    runs = false;
  };
  return {
    site,
    url: `${url}tools/`,
    stop,
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until the page's files are kept. */
const kept = (page) => page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration())?.active?.state === "activated");

inEachEngine((engine, open) => {
  it("opens, generates and has everything on the second visit with the network off", async (t) => {
    const server = await startSite();
    t.after(server.close);
    const job = await open({ url: server.url });
    const { page } = job;
    await kept(page);
    await server.stop();
    await assert.rejects(fetch(server.url), "the server is gone");

    await page.reload();
    await job.finished();
    assert.equal(await page.evaluate(() => navigator.serviceWorker.controller?.state), "activated");
    assert.equal(await job.text("#sha"), await fingerprint("config"));
    await job.choosePreset("Small fleet");
    await page.click("#generate");
    await job.finished("450");
    assert.equal(await job.text("#sha"), await fingerprint("small"));
    // What is loaded only when it is wanted.
    await page.click("#upload > summary");
    await page.waitForFunction(() => !document.querySelector("#upload-source").inert);
    // Nothing else is kept, whatever was asked for.
    const addresses = await page.evaluate(async () => {
      const caches = await Promise.all((await window.caches.keys()).map((name) => window.caches.open(name)));
      return (await Promise.all(caches.map((cache) => cache.keys()))).flat().map(({ url }) => url);
    });
    assert.ok(addresses.length > 10 && addresses.every((address) => address.startsWith(server.url)), addresses.join(" "));
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("offers a newer build, and changes to all of it at once", async (t) => {
    const server = await startSite();
    t.after(server.close);
    const job = await open({ url: server.url });
    const { page } = job;
    await kept(page);
    assert.equal(await job.isVisible("#update"), false, "the first build is no newer one");
    const index = join(server.site, "index.html");
    await writeFile(index, (await readFile(index, "utf8")).replace("made in this tab", "made anew in this tab"));
    for (const kind of ["br", "gz"]) await rm(`${index}.${kind}`, { force: true });
    await promisify(execFile)(process.execPath, [PRECACHE, server.site]);

    await page.reload();
    await job.shown("#update");
    // Who leaves while a dataset is made is asked first.
    await job.finished();
    assert.doesNotMatch(await job.text(".tagline"), /anew/, "until then everything comes from the build in use");
    await Promise.all([page.waitForNavigation(), page.click("#update-now")]);
    await page.waitForFunction(() => document.querySelector(".tagline")?.textContent.includes("anew"));
    await job.finished();
    assert.equal(await page.evaluate(async () => (await caches.keys()).length), 1, "the older build is gone");
    assert.deepEqual(job.errors, []);
    await job.close();
  });
});

it("is told to the browser as something that can be installed", async () => {
  const manifest = JSON.parse(await readFile(join(DIST, "manifest.webmanifest"), "utf8"));
  assert.equal(manifest.display, "standalone");
  for (const { src, sizes, type } of manifest.icons) {
    const bytes = await readFile(join(DIST, src));
    if (type !== "image/png") continue;
    // Width and height stand in a PNG's first chunk.
    assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes, src);
  }
});
