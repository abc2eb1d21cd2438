// One change of what is shown at a time: what begins a turn, what it waits for, what ends it.

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { giveBarePage, load } from "./support.mjs";

const { document } = giveBarePage();
const turn = await load("labelling/turn.js");
const { isBusy } = await load("busy.js");

let settled = [];
document.addEventListener("annotator:settled", ({ detail }) => settled.push(detail));
beforeEach(() => {
  turn.end(turn.current());
  settled = [];
});

test("keys wait while a turn is on, and go when what was asked for is shown", () => {
  assert.equal(isBusy(), false);
  const now = turn.begin({ entry: "first" });
  assert.equal(turn.current(), now);
  assert.equal(isBusy(), true);
  assert.deepEqual(settled, []);
  turn.end(now);
  assert.equal(turn.current(), null);
  assert.equal(isBusy(), false);
  assert.deepEqual(settled, ["shown"]);
});

test("where something else is shown, the keys hear of it", () => {
  turn.end(turn.begin({ url: "/label/1/2", push: true }), false);
  assert.deepEqual(settled, ["not shown"]);
});

test("only the reply to its own entry belongs to a turn", () => {
  const now = turn.begin({ entry: "mine" });
  assert.equal(turn.of({ name: "mine" }), now);
  assert.equal(turn.of({ name: "other" }), null);
  turn.end(turn.of({ name: "other" }), false);
  assert.equal(turn.current(), now);
  assert.deepEqual(settled, []);
  turn.end(turn.of({ name: "mine" }));
  assert.equal(turn.current(), null);
});

test("no entry belongs to a turn that waits for a sentence or a step", () => {
  for (const awaited of [{ url: "/label/1/2", push: true }, { step: "undo" }]) {
    turn.begin(awaited);
    assert.equal(turn.of({ name: "mine" }), null);
    assert.equal(turn.of({ name: undefined })?.entry, undefined);
  }
  turn.end(turn.current());
  assert.equal(turn.of({ name: "mine" }), null);
});

test("a turn that was given up ends nothing any more", () => {
  const first = turn.begin({ entry: "first" });
  const second = turn.begin({ url: "/label/1/2", push: false });
  assert.deepEqual(settled, ["not shown"]);
  turn.end(first);
  assert.equal(turn.current(), second);
  assert.deepEqual(settled, ["not shown"]);
  turn.end(second);
  assert.deepEqual(settled, ["not shown", "shown"]);
  turn.end(second);
  turn.end(null);
  assert.deepEqual(settled, ["not shown", "shown"]);
});

test("the same turn goes on with another thing, and with nothing it waited for before", () => {
  const now = turn.begin({ step: "undo" });
  turn.waitFor(now, { entry: "undo's own" });
  assert.deepEqual(now, { entry: "undo's own" });
  assert.equal(turn.of({ name: "undo's own" }), now);
  turn.waitFor(now, { url: "/label/1/3", push: true });
  assert.equal(turn.of({ name: "undo's own" }), null);
  assert.deepEqual(turn.current(), { url: "/label/1/3", push: true });
  assert.deepEqual(settled, []);
});

test("while a reply is put into its place keys wait, also without a turn, also where that fails", async () => {
  await turn.whileSwapping(async () => assert.equal(isBusy(), true));
  assert.equal(isBusy(), false);
  assert.deepEqual(settled, [null]);
  await assert.rejects(turn.whileSwapping(async () => { throw new Error("no room"); }), /no room/);
  assert.equal(isBusy(), false);
  assert.deepEqual(settled, [null, null]);
});
