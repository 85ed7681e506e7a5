// The first visit: data and charts at once, and a tour for those who want it.
import assert from "node:assert/strict";
import { it } from "node:test";
import { inEachEngine } from "./support.mjs";

inEachEngine((engine, open) => {
  it("is offered once, led by the keyboard, and leaves the focus where it was begun", async () => {
    const job = await open({ invites: true });
    const { page } = job;
    const title = () => page.$eval("#tour [data-about]:not([hidden]) h2", (heading) => heading.textContent);
    const lit = () => page.$eval(".tour-lit", (element) => element.id);
    await job.shown("#tour-invitation");
    await page.focus("#tour-start");
    await page.keyboard.press("Enter");
    assert.equal(await job.isVisible("#tour"), true);
    const seen = [];
    for (let step = 1; ; step++) {
      assert.equal(await job.text("#tour-place"), `${step} / 7`);
      assert.equal(await page.evaluate(() => document.activeElement.tagName), "H2");
      seen.push([await title(), await lit()]);
      if (step === 7) break;
      await page.focus("#tour-next");
      await page.keyboard.press("Enter");
    }
    assert.equal(new Set(seen.map(([, place]) => place)).size, 7, `each step has a place of its own: ${seen}`);
    await page.click("#tour-back");
    assert.equal(await title(), seen[5][0]);
    await page.keyboard.press("Escape");
    assert.equal(await job.isVisible("#tour"), false);
    // A dialog tells that it was closed only thereafter.
    await page.waitForFunction(() => document.activeElement.id === "tour-again");
    assert.equal(await page.$(".tour-lit"), null);

    await page.reload();
    await job.finished();
    assert.equal(await job.isVisible("#tour-invitation"), false, "who has seen it is not asked again");
    await page.click("#tour-again");
    assert.equal(await title(), seen[0][0]);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("can be skipped", async () => {
    const job = await open({ width: 360, height: 800, invites: true });
    await job.page.click("#tour-skip");
    assert.equal(await job.isVisible("#tour-invitation"), false);
    assert.equal(await job.isVisible("#tour"), false);
    assert.ok((await job.overflow()) <= 0);
    await job.close();
  });
});
