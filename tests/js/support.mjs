// Loads a script of the pages as it is, with what it imports: node takes files for modules where a
// package.json beside them says so, and none is served with the pages.

import { webcrypto } from "node:crypto";
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

export const give = (name, value) =>
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

// What scripts ask for when they are loaded, on a page without a single element.
export function giveBarePage({ user = "7", kept = {} } = {}) {
  const document = new EventTarget();
  Object.assign(document, {
    documentElement: { dataset: { user } },
    querySelector: () => null,
    querySelectorAll: () => [],
  });
  const functions = {
    getItem: (name) => kept[name] ?? null,
    removeItem: (name) => delete kept[name],
    setItem: (name, value) => (kept[name] = value),
  };
  give("document", document);
  // As in a browser: the names of what is kept are the keys of the object, its functions are not.
  give("localStorage", new Proxy(kept, { get: (_, name) => functions[name] ?? kept[name] }));
  give("sessionStorage", {});
  give("navigator", {});
  give("addEventListener", () => {});
  // Nothing goes on for ever: node would wait for it.
  const every = globalThis.setInterval;
  give("setInterval", (...how) => every(...how).unref());
  // Both came to node after the oldest version that runs these tests.
  give("crypto", globalThis.crypto ?? webcrypto);
  give("CustomEvent", globalThis.CustomEvent ?? OldCustomEvent);
  return { document, functions, kept };
}

class OldCustomEvent extends Event {
  constructor(type, { detail = null } = {}) {
    super(type);
    this.detail = detail;
  }
}
