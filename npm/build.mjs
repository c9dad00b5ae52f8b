// Makes the npm packages: `node npm/build.mjs VERSION FOLDER PLATFORM=PROGRAM...` writes FOLDER/barewire and
// FOLDER/PLATFORM for each program, ready for `npm pack` or `npm publish`. Platforms are those of platforms.json.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [version, folder, ...programs] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+/.test(version ?? "") || !folder || programs.length === 0) {
  console.error("usage: node npm/build.mjs VERSION FOLDER PLATFORM=PROGRAM...");
  process.exit(2);
}
const known = JSON.parse(readFileSync(join(here, "platforms.json"), "utf8"));
const wrapper = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));

const write = (name, manifest, files) => {
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  for (const [from, to] of files) {
    copyFileSync(from, join(target, to));
    if (to.startsWith("barewire")) chmodSync(join(target, to), 0o755);
  }
};
// The registry compares the address with where the workflow that publishes runs.
const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
const repository = name ? { type: "git", url: `git+${server}/${name}.git` } : undefined;
const licences = ["LICENSE-MIT", "LICENSE-APACHE"].map((name) => [join(here, "..", name), name]);

const optionalDependencies = {};
for (const pair of programs) {
  const at = pair.indexOf("=");
  const [platform, program] = [pair.slice(0, at), pair.slice(at + 1)];
  if (!(platform in known)) {
    console.error(`npm/platforms.json does not know ${platform}`);
    process.exit(2);
  }
  const [os, cpu] = platform.split("-");
  const file = os === "win32" ? "barewire.exe" : "barewire";
  const { license } = wrapper;
  const description = `The program of the package barewire for ${platform}`;
  const manifest = { name: `@barewire/${platform}`, version, description, license, repository, os: [os], cpu: [cpu], files: [file, "LICENSE-*"] };
  write(platform, manifest, [[program, file], ...licences]);
  optionalDependencies[manifest.name] = version;
}
write("barewire", { ...wrapper, version, repository, optionalDependencies }, [[join(here, "barewire.js"), "barewire.js"], ...licences]);
