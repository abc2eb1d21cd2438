// Loads a script of the pages: those that import nothing run in node as they are.

import { readFile } from "node:fs/promises";

export async function load(name) {
  const text = await readFile(new URL(`../../static/${name}`, import.meta.url), "utf-8");
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}
