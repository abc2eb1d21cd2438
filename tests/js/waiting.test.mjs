// What waits in the browser is there once, also where the browser has no room to keep what changes.

import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./support.mjs";

const kept = {};
let full = false;
const functions = {
  getItem: (name) => kept[name] ?? null,
  removeItem: (name) => delete kept[name],
  setItem(name, value) {
    if (full) throw new DOMException("full", "QuotaExceededError");
    kept[name] = value;
  },
};
const give = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true });
// As in a browser: the names of what is kept are the keys of the object, its functions are not.
give("localStorage", new Proxy(kept, { get: (_, name) => functions[name] ?? kept[name] }));
give("sessionStorage", {});
give("navigator", {});
give("document", { documentElement: { dataset: { user: "7" } } });
const waiting = await load("waiting.js");

test("an answer that changes while there is no room waits once, as it was changed last", () => {
  const name = waiting.add({ url: "/label/1/2", fields: [] });
  full = true;
  waiting.change({ name }, { act: "next" });
  assert.equal(waiting.all().length, 1);
  assert.equal(waiting.ready().length, 1);
  assert.equal(waiting.all()[0].act, "next");
  full = false;
  waiting.change({ name }, { act: "stay" });
  assert.equal(waiting.all()[0].act, "stay");
  assert.equal(JSON.parse(kept[name]).act, "stay");
  waiting.drop({ name });
  assert.deepEqual(waiting.all(), []);
});
