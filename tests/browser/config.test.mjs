// The configuration: form and YAML in step, problems at their places, undo over both.
import assert from "node:assert/strict";
import { it } from "node:test";
import { PATIENCE, inEachEngine, presetText } from "./support.mjs";

inEachEngine((engine, open) => {
  it("keeps form and YAML in step, with the comments, and undoes both", async () => {
    const job = await open();
    const { page } = job;
    const line = async () => (await job.yamlLines()).find((line) => line.includes("num_servers:"));
    const before = await line();
    assert.match(before, /num_servers: 120 +# /);

    await job.setField("num_servers", "64");
    assert.equal(await line(), before.replace("120", "64"), "the comment stays");
    assert.equal(await job.text("#estimate strong"), "93,504 rows");
    assert.ok(await job.isVisible("#stale"), "the results are of another configuration");

    await job.pasteYaml((await presetText("config")).replace("num_servers: 120", "num_servers: 77"));
    await page.waitForFunction(() => document.querySelector("#estimate").textContent.includes("77 servers"), { timeout: PATIENCE });
    await page.click("#tab-form");
    assert.equal(await job.field("num_servers"), "77");

    await page.click("#undo");
    assert.equal(await job.field("num_servers"), "64");
    await page.click("#undo");
    assert.equal(await job.field("num_servers"), "120");
    assert.equal(await job.isVisible("#stale"), false, "it is the configuration of the results again");
    await page.click("#redo");
    assert.equal(await job.field("num_servers"), "64");

    await page.$eval('[name="data_generation.num_servers"]', (field) => field.closest(".field").querySelector(".field-reset").click());
    assert.equal(await job.field("num_servers"), "120");
    await page.$eval('[name="data_generation.use_holidays"]', (field) => field.click());
    assert.ok((await job.yamlLines()).some((line) => /^ {2}use_holidays: false +# /.test(line)));
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("offers the presets without a question, and undo brings the text back", async () => {
    const job = await open();
    await job.setField("random_seed", "7");
    await job.choosePreset("Small fleet");
    assert.equal(await job.text("#estimate strong"), "450 rows");
    await job.page.click("#undo");
    assert.equal(await job.field("random_seed"), "7");
    assert.equal(await job.text("#estimate strong"), "175,320 rows");
    await job.close();
  });

  it("marks all problems at their lines, leads to them, and runs once they are mended", async () => {
    const job = await open();
    const { page } = job;
    const good = await presetText("small");
    const bad = good.replace("num_servers: 5", "num_servers: 0").replace("random_seed: 42", "random_sed: 42")
      .replace("2024-03-30 ", "2024-02-30 ");
    const lineOf = (text) => bad.split("\n").findIndex((line) => line.includes(text)) + 1;
    await job.pasteYaml(bad);
    await job.shown("#problems");
    assert.equal(await job.text("#problems-title"), "3 problems to mend");
    const places = await page.$$eval("#problem-list li", (all) => all.map((item) => item.textContent));
    for (const [place, text] of ["num_servers: 0", "2024-02-30", "random_sed"].entries()) {
      assert.ok(places[place].startsWith(`Line ${lineOf(text)}, `), places[place]);
    }
    assert.match(places[2], /Did you mean random_seed\?/);
    const marks = await page.evaluate(() => {
      const editor = document.querySelector("#editor").shadowRoot;
      return [...editor.querySelectorAll(".cm-lintRange-error")].map((mark) => mark.textContent);
    });
    assert.deepEqual(marks, ["0", "2024-02-30", "random_sed"]);
    assert.equal(await page.$eval("#generate", (button) => button.getAttribute("aria-disabled")), "true");

    await page.click("#problem-list li:nth-child(3) button");
    const active = () => page.evaluate(() => document.querySelector("#editor").shadowRoot.querySelector(".cm-activeLine").textContent);
    assert.match(await active(), /random_sed/);
    assert.ok(await page.evaluate(() => document.activeElement.id === "editor"));
    await page.keyboard.type("random_seed");
    await page.waitForFunction(() => document.querySelectorAll("#problem-list li").length === 2, { timeout: PATIENCE });

    await page.click("#generate");
    assert.match(await active(), /num_servers: 0/, "Generate leads to the first problem");
    await page.click("#tab-form");
    await page.click("#problem-list li:nth-child(1) button");
    assert.ok(await page.evaluate(() => document.activeElement.name === "data_generation.num_servers"));
    assert.equal(await page.$eval('[name="data_generation.num_servers"]', (field) => field.getAttribute("aria-invalid")), "true");
    await job.setField("num_servers", "5");

    await job.pasteYaml(good);
    await job.gone("#problems");
    await job.pressGenerateKeys();
    await job.finished("450");
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("survives text that is no YAML, hostile text and a fleet beyond every budget", async () => {
    const job = await open();
    const { page } = job;
    for (const [yaml, expected] of [
      ["data_generation: [", /not valid YAML/],
      ["[".repeat(200_000), /at most/],
      [Array.from({ length: 12 }, (_, i) => `a${i}: &a${i} [${i ? `*a${i - 1}, `.repeat(12) : "x"}]\n`).join(""), /aliases/],
      [(await presetText("config")).replace("num_servers: 120", "num_servers: 4294967295"), /num_servers/],
    ]) {
      await job.pasteYaml(yaml);
      await job.shown("#problems");
      await page.waitForFunction((source) => new RegExp(source).test(document.querySelector("#problem-list").textContent), { timeout: PATIENCE }, expected.source);
    }
    await job.pasteYaml("data_generation: [");
    await page.click("#tab-form");
    await job.shown("#form-blocked");
    await page.click("#undo");
    await job.gone("#form-blocked");
    assert.deepEqual(job.errors, []);
    await job.close();
  });
});
