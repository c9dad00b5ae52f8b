// Drives the page of the map in a browser without a head: filters, clicks, keys; no error, and no request to anywhere.
"use strict";
const assert = require("node:assert");
const puppeteer = require("puppeteer");

const [browserPath, shop, large, picture] = process.argv.slice(2);

async function open(browser, file, scheme = "light") {
  const page = await browser.newPage();
  const faults = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => request.url() !== `file://${file}` && !request.url().startsWith("data:") && faults.push(request.url()));
  await page.setViewport({ width: 1280, height: 800 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(`file://${file}`);
  return { page, faults };
}
const count = (page, selector) => page.$$eval(selector, (found) => found.length);

async function drive(browser) {
  const { page, faults } = await open(browser, shop);
  const rows = await count(page, "tbody tr");
  assert(rows > 7 && (await count(page, ".wire")) === rows, "every connection has a row and a wire");
  for (const selector of [".wire", "button", "select", "input"]) {
    const names = await page.$$eval(selector, (found) => found.map((it) => it.getAttribute("aria-label") || it.textContent || it.labels?.[0]?.textContent || ""));
    assert(names.every((name) => name.trim()), `${selector} without a name`);
  }

  // Filters.
  const bare = await page.$$eval("tbody tr", (found) => found.filter((row) => row.dataset.verdict === "cleartext").length);
  await page.click('.toggle[data-verdict="cleartext"]');
  assert.strictEqual(await count(page, "tbody tr"), rows - bare);
  assert.strictEqual(await count(page, ".wire"), rows - bare);
  await page.click("button[type=reset]");
  await page.waitForFunction((all) => document.querySelectorAll("tbody tr").length === all, {}, rows);
  await page.select("#purpose", "broker");
  assert.strictEqual(await count(page, "tbody tr"), 1);
  await page.select("#purpose", "");
  await page.select("#zone", "public");
  assert.strictEqual(await count(page, "tbody tr"), 1);
  await page.select("#zone", "");
  await page.select("#component", "ledger");
  assert.strictEqual(await count(page, "tbody tr"), 2);
  await page.select("#component", "");
  await page.type("#words", "no such peer");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 0);
  await page.click("button[type=reset]");
  await page.waitForFunction((all) => document.querySelectorAll("tbody tr").length === all, {}, rows);

  // A wire, by the pointer and by the keyboard.
  await page.click('.wire[data-verdict="unverified"] text');
  const details = await page.$eval("#details", (it) => it.innerText);
  for (const words of ["sslmode=require", "Decided by", "What to write instead", "verify-full", ".env"]) assert(details.includes(words), `${words} in\n${details}`);
  await page.screenshot({ path: picture });
  await page.keyboard.press("Escape");
  assert(await page.$eval("#details", (it) => it.hidden));
  await page.$eval('.wire[data-verdict="opportunistic"]', (wire) => wire.focus());
  await page.keyboard.press("Enter");
  assert((await page.$eval("#details", (it) => it.innerText)).includes("smtp"));
  await page.emulateMediaType("print");
  assert((await page.pdf({ printBackground: true })).length > 10000);
  assert.deepStrictEqual(faults, []);

  const dark = await open(browser, shop, "dark");
  const ground = await dark.page.$eval("body", (body) => getComputedStyle(body).backgroundColor);
  assert(ground.match(/\d+/g).every((part) => Number(part) < 60), ground);
  assert.deepStrictEqual(dark.faults, []);
}

// Quick enough to be used, although the whole cannot be drawn wire by wire.
async function large_map(browser) {
  const { page, faults } = await open(browser, large);
  assert.strictEqual(await count(page, "tbody tr"), 2000);
  assert(await page.$eval("#canvas", (canvas) => canvas.textContent.length > 0));
  const began = Date.now();
  await page.select("#component", "part-7");
  assert((await count(page, ".wire")) > 0 && (await count(page, "tbody tr")) < 2000);
  await page.select("#component", "");
  assert.strictEqual(await count(page, "tbody tr"), 2000);
  const took = Date.now() - began;
  assert(took < 15000, `two filters of 2,000 connections took ${took} ms`);
  assert.deepStrictEqual(faults, []);
  return took;
}

(async () => {
  const browser = await puppeteer.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
  try {
    await drive(browser);
    const took = await large_map(browser);
    console.log(`html: filters, clicks and keys hold; two filters of 2,000 connections take ${took} ms`);
  } finally {
    await browser.close();
  }
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
