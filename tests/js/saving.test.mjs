// What a change of the form asks for, what it replaces among what waits, and when it is tried again.

import assert from "node:assert/strict";
import test from "node:test";
import { giveBarePage, load } from "./support.mjs";

giveBarePage();
const { actOf, replaces } = await load("labelling/saving.js");
const { retryAfter, secondsToTell } = await load("labelling/shown.js");
const { triesOf } = await load("labelling/trouble.js");

const fields = [["claims-0-speaker", "1"]];
const status = (value) => [...fields, ["status", value]];
const waits = (changes = {}) => ({ fields, act: "", ...changes });

test("what was not sent yet is sent as it is now", () => {
  assert.equal(replaces(waits({ fields: [...fields, ["claims-0-stance", "support"]] }), waits()), true);
  assert.equal(replaces(waits({ act: "next" }), waits()), true);
});

test("what is on its way, was refused or asks for something is not replaced", () => {
  assert.equal(replaces(waits(), waits({ sent: true })), false);
  assert.equal(replaces(waits(), waits({ held: "conflict" })), false);
  assert.equal(replaces(waits(), waits({ act: "remove-0" })), false);
  assert.equal(replaces(waits(), waits({ act: "stay" })), false);
});

test("a status travels alone: the server may ask about it", () => {
  assert.equal(replaces(waits({ fields: status("no_claim") }), waits()), false);
  assert.equal(replaces(waits(), waits({ fields: status("no_claim") })), false);
  assert.equal(replaces(waits({ fields: status("unclear") }), waits({ fields: status("no_claim") })), false);
  assert.equal(replaces(waits({ fields: status("no_claim") }), waits({ fields: status("no_claim") })), true);
});

test("what was asked for is asked of the newer answer, but a step is not", () => {
  assert.equal(actOf("", "next", false), "next");
  assert.equal(actOf("copy-0", "next", false), "copy-0");
  assert.equal(actOf("", "undo", false), "");
  assert.equal(actOf("", "redo", true), "stay");
  assert.equal(actOf("", undefined, false), "");
});

test("words that a button has taken are stored with the next change", () => {
  assert.equal(actOf("", undefined, true), "stay");
  assert.equal(actOf("", "next", true), "next");
  assert.equal(actOf("remove-0", undefined, true), "remove-0");
});

test("it is tried again after 1, 2, 4 and then every 8 seconds", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 99].map(retryAfter), [1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});

test("the seconds are told while a fault of the server is new, and never without a connection", () => {
  assert.deepEqual([1, 2, 3, 4].map((tries) => secondsToTell("fault", tries)), [1, 2, 4, 0]);
  for (const kind of ["network", "write", "signed out"]) assert.equal(secondsToTell(kind, 1), 0);
});

test("tries are counted in a row, and anew for another kind of trouble", () => {
  const trouble = { kind: "fault", since: new Date() };
  assert.equal(triesOf("fault", { trouble: null, tries: 0 }), 1);
  assert.equal(triesOf("fault", { trouble, tries: 1 }), 2);
  assert.equal(triesOf("network", { trouble, tries: 4 }), 1);
});
