// The realistic fleet: its scorecard, its ground truth and the dataset without defects.
import assert from "node:assert/strict";
import { it } from "node:test";
import { PATIENCE, fingerprint, inEachEngine, presetText, python } from "./support.mjs";

/** Every value that is missing or differs from the clean dataset lies in an event, with the value beneath. */
const CHECK_TRUTH = `
import json, sys
import numpy as np, pandas as pd
key = ["server_id", "timestamp"]
data, clean = (pd.read_parquet(path).set_index(key) for path in sys.argv[1:3])
truth = pd.read_parquet(sys.argv[3])
days = truth.loc[truth.index.repeat(truth["steps"])].copy()
days["clean"] = np.concatenate(truth["clean_values"].to_numpy())
days["timestamp"] = days["start"] + pd.to_timedelta(days.groupby(level=0).cumcount(), unit="D")
unexplained = wrong = 0
for metric in truth["metric"].unique():
    own = days[days["metric"] == metric].set_index(key)
    wrong += int((clean[metric].loc[own.index] != own["clean"].to_numpy()).sum())
    odd = data.index[data[metric].isna() | (data[metric] != clean[metric])]
    unexplained += len(odd.difference(own.index))
print(json.dumps({
    "rows": len(data), "events": len(truth), "unique": bool(truth["id"].is_unique), "kinds": truth["kind"].nunique(),
    "wrong": wrong, "unexplained": unexplained, "missing": int(clean.isna().sum().sum()),
}))`;

inEachEngine((engine, open) => {
  it("shows the scorecard of the realistic fleet, and none for others", async () => {
    const job = await open();
    assert.equal(await job.isVisible("#realism"), false);
    await job.choosePreset("Realistic bank fleet");
    await job.page.click("#generate");
    await job.finished("292,200");
    assert.equal(await job.text("#sha"), await fingerprint("bank_realistic"));
    assert.match(await job.text("#verdict"), /Pass/);
    await job.shown("#realism");
    assert.match(await job.text("#realism-note"), /^(\d+) of \1 in their bands, \d+ not judged$/);
    const rows = await job.page.$$eval("#realism-table tbody tr", (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
    assert.ok(rows.length > 20);
    const lag = rows.find(([title]) => title.startsWith("Autocorrelation over a day"));
    assert.equal(lag[2], "0.35 to 0.7");
    assert.equal(lag[4], "in the band");
    assert.ok(Number(lag[1]) > 0.35 && Number(lag[1]) < 0.7, lag[1]);
    assert.ok(rows.some((row) => row[5].startsWith("No public figure exists")));
    assert.ok((await job.overflow()) <= 0);
    await job.choosePreset("Small fleet");
    await job.page.click("#generate");
    await job.finished("450");
    await job.gone("#realism");
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("downloads the ground truth and the dataset without defects", async () => {
    const job = await open();
    // Two row groups.
    await job.pasteYaml((await presetText("bank_realistic")).replace("num_servers: 200", "num_servers: 181"));
    await job.page.click("#generate");
    await job.finished("264,441");
    const files = [];
    for (const id of ["parquet", "clean", "truth"]) files.push(await job.download(id));
    const found = await python(CHECK_TRUTH, ...files);
    assert.equal(found.rows, 264_441);
    assert.ok(found.unique && found.events > 10_000, `${found.events} events`);
    assert.equal(found.kinds, 11);
    assert.deepEqual([found.wrong, found.unexplained, found.missing], [0, 0, 0]);
    await job.page.waitForFunction(() => document.querySelector('[data-file="truth"] small').textContent.includes("B"), { timeout: PATIENCE });
    assert.deepEqual(job.errors, []);
    await job.close();
  });
});
