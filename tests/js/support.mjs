// Loads a script of the pages as it is, with what it imports: node takes files for modules where a
// package.json beside them says so, and none is served with the pages.

import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = await mkdtemp(join(tmpdir(), "scripts-"));
await cp(fileURLToPath(new URL("../../static", import.meta.url)), folder, { recursive: true });
await writeFile(join(folder, "package.json"), '{"type": "module"}');
after(() => rm(folder, { recursive: true }));

export const load = (name) => import(pathToFileURL(join(folder, name)));
