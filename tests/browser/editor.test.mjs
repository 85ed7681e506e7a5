// Help with writing YAML: completion, explanations, quick fixes, and the configuration as a file.
import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { PATIENCE, inEachEngine, presetText } from "./support.mjs";

const options = (page) => page.evaluate(() => {
  const list = document.querySelector("#editor").shadowRoot.querySelectorAll(".cm-tooltip-autocomplete li");
  return [...list].map((option) => option.textContent);
});

/** Waits for these options, in this order, to be the first. */
async function offered(page, ...first) {
  let found = [];
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    found = await options(page);
    if (first.every((option, place) => found[place] === option)) return found;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  assert.fail(`${first} are not offered, but ${found}`);
}

/** Puts the cursor behind the first place of a text in the editor. */
const cursorBehind = (page, text) => page.evaluate(async (text) => {
  const { EditorView } = await import(new URL("vendor/codemirror.js", document.baseURI).href);
  const view = EditorView.findFromDOM(document.querySelector("#editor").shadowRoot.querySelector(".cm-editor"));
  const anchor = view.state.doc.toString().indexOf(text) + text.length;
  view.dispatch({ selection: { anchor }, scrollIntoView: true });
  view.focus();
}, text);

const wholeText = (page) => page.evaluate(async () => {
  const { EditorView } = await import(new URL("vendor/codemirror.js", document.baseURI).href);
  return EditorView.findFromDOM(document.querySelector("#editor").shadowRoot.querySelector(".cm-editor")).state.doc.toString();
});

/** A list of options that has just come up takes no key yet. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 200));

/** Uses the editor, and waits for the help that comes with that. */
async function helped({ page, requests }) {
  await page.click("#tab-yaml");
  const loaded = page.evaluate(async () => {
    document.querySelector("#editor").dispatchEvent(new Event("focusin"));
    await import(new URL("js/assist.js", document.baseURI).href);
  });
  await loaded;
  for (const end = Date.now() + PATIENCE; !requests.some((url) => url.endsWith("/fleetsynth.schema.json")); ) {
    assert.ok(Date.now() < end, "the schema is not asked for");
    await settle();
  }
  await settle();
}

async function press(page, modifier, key) {
  await page.keyboard.down(modifier);
  await page.keyboard.press(key);
  await page.keyboard.up(modifier);
}

/** Drops a file on an element, as from another window. */
const drop = (page, name, text) => page.evaluate((name, text) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], name));
  const target = document.querySelector("#editor").shadowRoot.querySelector(".cm-content");
  for (const type of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
  }
}, name, text);

async function downloaded(path) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    const text = await readFile(path, "utf8").catch(() => "");
    if (text) return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`${path} was not saved`);
}

const LITTLE = "data_generation:\n  num_servers: 3\n  start_date: 2024-01-01\n  end_date: 2024-01-31\n";

inEachEngine((engine, open) => {
  it("offers the keys and values of the schema, which it loads when the editor is used", async () => {
    const job = await open();
    const { page } = job;
    const isHelp = (url) => /assist\.js|completion\.js|schema\.json/.test(url);
    assert.deepEqual(job.requests.filter(isHelp), [], "the first view does without");
    await job.pasteYaml(`${LITTLE}  realism:\n    server_bias: 2\n    \noutput:\n  \n`);
    await helped(job);
    await cursorBehind(page, "server_bias: 2\n    ");
    assert.deepEqual(job.requests.filter(isHelp).map((url) => new URL(url).origin), Array(3).fill(new URL(job.origin).origin));

    await page.keyboard.type("miss");
    await offered(page, "missing_rate", "missing_burst_mean");
    await settle();
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => /Mean length of a gap in rows/.test(document.querySelector("#editor").shadowRoot.querySelector(".cm-completionInfo")?.textContent));
    await settle();
    await page.keyboard.press("Enter");
    await page.keyboard.type("4");
    assert.ok((await job.yamlLines()).includes("    missing_burst_mean: 4"), await wholeText(page));

    await cursorBehind(page, "output:\n  ");
    await press(page, "Control", " ");
    assert.deepEqual(await offered(page, "decimals", "compression"),
      ["decimals", "compression", "calendar_flags", "archetype_column", "csv_escape_formulas", "sample_rows", "truth", "daily_p95"]);
    await page.keyboard.type("compr");
    await offered(page, "compression");
    await settle();
    await page.keyboard.press("Enter");
    assert.deepEqual(await offered(page, "none", "snappy"), ["none", "snappy"]);
    await settle();
    await page.keyboard.press("Enter");
    assert.ok((await job.yamlLines()).includes("  compression: none"), await wholeText(page));
    await job.gone("#problems");
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("knows where it is: in lists, in braces, beside keys that are there", async () => {
    const job = await open();
    const { page } = job;
    const text = `${LITTLE}  events:\n    - name: x\n      |1\n    - {name: y, |2}\n  metrics:\n    - name: gpu\n      base_mean: 5\n      |3\n` +
      "    - name: cpu\n      autocorrelation: 0\n  metadata:\n    archetypes:\n      web: {weight: 1, metrics: {cpu: {|4}}}\n  use_holidays: |5\n# |6\n|7\n";
    await job.pasteYaml(text);
    await helped(job);
    const at = async (mark, ...first) => {
      await page.evaluate(async (mark) => {
        const { EditorView } = await import(new URL("vendor/codemirror.js", document.baseURI).href);
        const view = EditorView.findFromDOM(document.querySelector("#editor").shadowRoot.querySelector(".cm-editor"));
        const from = view.state.doc.toString().indexOf(mark);
        view.dispatch({ changes: { from, to: from + mark.length }, selection: { anchor: from } });
        view.focus();
      }, mark);
      await press(page, "Control", " ");
      const found = await offered(page, ...first);
      await page.keyboard.press("Escape");
      return found;
    };
    assert.deepEqual(await at("|1", "start"), ["start", "end", "multiplier", "business_unit"]);
    assert.deepEqual(await at("|2", "start"), ["start", "end", "multiplier", "business_unit"]);
    const metric = await at("|3", "unit", "base_std");
    assert.ok(metric.includes("autocorrelation") && !metric.includes("base_mean") && !metric.includes("name"), metric);
    assert.deepEqual(await at("|4", "level"), ["level", "spread", "weekend", "growth", "outliers"]);
    assert.deepEqual(await at("|5", "true"), ["true", "false"]);
    assert.deepEqual(await at("|7", "general"), ["general", "output", "storage"]);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("explains a key under the pointer", async () => {
    const job = await open();
    const { page } = job;
    await helped(job);
    const place = await page.evaluate(() => {
      const lines = [...document.querySelector("#editor").shadowRoot.querySelectorAll(".cm-line")];
      const line = lines.find((line) => line.textContent.includes("eoq_window_business_days"));
      const key = [...line.querySelectorAll("span")].find((span) => span.textContent === "eoq_window_business_days");
      const { x, y, width, height } = key.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    });
    await page.mouse.move(place.x, place.y);
    for (const end = Date.now() + PATIENCE; ; await new Promise((resolve) => setTimeout(resolve, 800))) {
      const text = await page.evaluate(() => document.querySelector("#editor").shadowRoot.querySelector(".cm-tooltip .documentation")?.textContent);
      if (text) {
        assert.match(text, /^A quarter's end: the last so many business days of its last month\.A whole number from 1 to 23\.Default: 7\.$/);
        break;
      }
      assert.ok(Date.now() < end, "nothing is explained");
      await page.mouse.move(place.x + 1, place.y);
    }
    await job.close();
  });

  it("mends what it is sure of: by a button of the list, or of the editor, as one change", async () => {
    const job = await open();
    const { page } = job;
    const wrong = (await presetText("small")).replace("random_seed", "random_sed").replace("num_servers: 5", "num_servers: '5'");
    await job.pasteYaml(wrong);
    await job.shown("#problems .fix");
    assert.deepEqual(await page.$$eval("#problem-list .fix", (all) => all.map((button) => button.firstChild.textContent)), ["Write 5", "Write random_seed"]);
    await page.focus("#problem-list li:nth-child(2) .fix");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll("#problem-list li").length === 1);
    assert.equal(await wholeText(page), wrong.replace("random_sed:", "random_seed:"));
    assert.ok(await page.evaluate(() => document.querySelector("#problems").contains(document.activeElement)));
    await page.click("#undo");
    assert.equal(await wholeText(page), wrong);

    // In the editor by the keyboard alone: its list of problems has the same buttons.
    await cursorBehind(page, "num_servers:");
    await page.keyboard.down("Shift");
    await press(page, "Control", "KeyM");
    await page.keyboard.up("Shift");
    await page.waitForFunction(() => document.querySelector("#editor").shadowRoot.querySelectorAll(".cm-panel-lint .cm-diagnosticAction").length === 2);
    await page.evaluate(() => document.querySelector("#editor").shadowRoot.querySelector(".cm-panel-lint .cm-diagnosticAction").click());
    await page.waitForFunction(() => document.querySelectorAll("#problem-list li").length === 1);
    assert.equal(await wholeText(page), wrong.replace("'5'", "5"));
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("opens a file that is dropped or chosen, and saves the text, by button or keys", async () => {
    const job = await open();
    const { page } = job;
    const before = await presetText("config");
    await page.click("#tab-yaml");
    await drop(page, "other.yaml", `${LITTLE}# mine\n`);
    await page.waitForFunction(() => document.querySelector("#estimate strong").textContent === "93 rows");
    assert.equal(await wholeText(page), `${LITTLE}# mine\n`);
    const path = join(job.downloads, "other.yaml");
    await rm(path, { force: true });
    await page.focus("#generate");
    await press(page, "Control", "s");
    assert.equal(await downloaded(path), `${LITTLE}# mine\n`);
    await page.click("#undo");
    assert.equal(await wholeText(page), before, "what was there before is one step away");

    await drop(page, "picture.png", "x");
    assert.equal(await wholeText(page), before, "no text");
    await drop(page, "huge.yaml", "#".repeat(300 * 1024));
    await job.shown("#config-refused");
    assert.equal(await job.text("#config-refused"), "The text is 300 KiB long; at most 256 KiB are read. Remove what doesn't belong to the configuration.");
    assert.equal(await wholeText(page), before);

    const chosen = join(job.downloads, "chosen.yml");
    await writeFile(chosen, LITTLE.replace("3", "4"));
    await (await page.$("#config-open")).uploadFile(chosen);
    await page.waitForFunction(() => document.querySelector("#estimate strong").textContent === "124 rows");
    assert.equal(await job.isVisible("#config-refused"), false);
    await rm(chosen);
    await page.$eval("#config-save", (button) => button.click());
    assert.equal(await downloaded(chosen), LITTLE.replace("3", "4"));
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("shows a text plain that is too deep for the parser of its colours, and the next one in colour", async () => {
    const job = await open();
    const { page } = job;
    const coloured = () => page.evaluate(() => document.querySelector("#editor").shadowRoot.querySelectorAll(".cm-line > span").length);
    for (let round = 0; round < 3; round++) {
      await job.pasteYaml("[".repeat(200_000));
      await job.pasteYaml(LITTLE);
    }
    await page.waitForFunction(() => document.querySelector("#estimate strong")?.textContent === "93 rows");
    assert.ok((await coloured()) > 4, "keys and numbers have their colours");
    assert.deepEqual(job.errors, []);
    await job.close();
  });
});
