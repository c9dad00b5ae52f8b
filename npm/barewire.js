#!/usr/bin/env node
// Runs the program that the package for this platform brings. It is an optional dependency, so nothing is downloaded
// when barewire is installed but what the registry holds.
"use strict";

const { spawnSync } = require("node:child_process");

const platform = `${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "barewire.exe" : "barewire";

let program;
try {
  program = require.resolve(`@barewire/${platform}/${file}`);
} catch {
  console.error(`barewire: the package @barewire/${platform} is not installed.`);
  console.error("Either there is no release for this platform, or optional dependencies were left out (npm's --omit=optional).");
  process.exit(2);
}

const { error, status, signal } = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`barewire: ${program} cannot be started: ${error.message}`);
} else if (signal) {
  process.kill(process.pid, signal);
}
process.exitCode = status ?? 2;
