// Takes the picture that the README shows, of the page in dist/:  node scripts/screenshot.mjs
// It needs $CHROME and the node modules: . scripts/setup page test
import { stat } from "node:fs/promises";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { serve } from "./server.mjs";

const root = new URL("../", import.meta.url).pathname;
const path = join(root, "docs/fleetsynth.png");
const { url, close } = await serve({ dir: join(root, "dist") });
const browser = await puppeteer.launch({
  executablePath: process.env.CHROME,
  args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
  defaultViewport: { width: 1440, height: 1480 },
});
try {
  const page = await browser.newPage();
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
  await page.goto(url);
  await page.waitForSelector("#report:not([hidden])");
  await page.waitForSelector("#tour-invitation:not([hidden])");
  await page.click("#tour-skip");
  // Once more: the first run of a page is slower than those that follow.
  await page.click("#generate");
  await page.waitForSelector("#generate:not([hidden])");
  await page.evaluate(() => document.activeElement.blur());
  await page.mouse.move(0, 0);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  await page.screenshot({ path });
  console.log(`${path}: ${Math.round((await stat(path)).size / 1000)} kB`);
} finally {
  await browser.close();
  await close();
}
