// What waits in the browser is there once, also where the browser has no room to keep what changes.

import assert from "node:assert/strict";
import test from "node:test";
import { giveBarePage, load } from "./support.mjs";

const { functions, kept } = giveBarePage();
let full = false;
functions.setItem = (name, value) => {
  if (full) throw new DOMException("full", "QuotaExceededError");
  kept[name] = value;
};
const waiting = await load("waiting.js");

const add = (changes = {}) => waiting.add({ url: "/label/1/2", fields: [], act: "", revision: "3", seconds: 1, ...changes });
const clear = () => waiting.all().forEach(waiting.drop);

test("an answer that changes while there is no room waits once, as it was changed last", () => {
  const name = add();
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

test("what waits stands in the order in which it was written, whatever the clock says", (context) => {
  context.mock.method(Date, "now", () => 1_000);
  const names = [add(), add(), add()];
  assert.deepEqual(waiting.ready().map(({ name }) => name), names);
  assert.deepEqual([...names].sort(), names);
  const keys = waiting.all().map(({ key }) => key);
  assert.equal(new Set(keys).size, 3);
  clear();
});

test("what was written on top of a save is based on it, and on nothing older", () => {
  const [first, second, other] = [add(), add(), add({ url: "/label/1/3" })];
  waiting.acknowledge(waiting.all().find(({ name }) => name === first), "4");
  assert.deepEqual(waiting.all().map(({ name, revision }) => [name, revision]), [[second, "4"], [other, "3"]]);
  waiting.acknowledge({ url: "/label/1/2", name: "gone" }, "2");
  assert.equal(waiting.of("/label/1/2")[0].revision, "4");
  clear();
});

test("an entry is past where something newer waits for its sentence", () => {
  add();
  add({ url: "/label/1/3" });
  add();
  assert.deepEqual(waiting.all().map(waiting.isPast), [true, false, false]);
  clear();
});

test("what is held waits, and is neither sent nor counted", () => {
  const name = add();
  add({ url: "/label/1/3" });
  waiting.change({ name }, { held: "conflict" });
  assert.equal(waiting.all().length, 2);
  assert.deepEqual(waiting.ready().map(({ url }) => url), ["/label/1/3"]);
  assert.equal(waiting.count(), 1);
  clear();
});

test("a button that changes nothing comes to a save, any other stays what it is", () => {
  const settled = (act, fields = []) => waiting.settledAct({ act, fields });
  for (const act of ["next", "add", "edit-1", "stay", "draft", "keep-0-no_claim"])
    assert.equal(settled(act), "stay", act);
  for (const act of ["", "remove-0", "copy-1", "up-1", "down-0", "unvia-0", "take-0-3", "sure-0", "speaker-0", "undo"])
    assert.equal(settled(act), act);
  assert.equal(settled(undefined), "");
});

test("on a worklist Next says that the answer is still right, also when it is sent later", () => {
  const fields = [["worklist", "y"], ["status", "no_claim"]];
  assert.equal(waiting.settledAct({ act: "next", fields }), "confirm");
  assert.equal(waiting.settledAct({ act: "stay", fields }), "stay");
});
