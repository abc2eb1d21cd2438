// Which signs are foreign to a keyboard of Latin letters, and what their keys write there.

import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./support.mjs";

const { isForeign, latinAt } = await load("labelling/layout.js");

test("Cyrillic, Greek, Hebrew and Arabic signs are foreign; Latin letters and named keys are not", () => {
  for (const key of ["ы", "Ы", "σ", "ש", "ش", "٣", "؟"]) assert.equal(isForeign(key), true, key);
  for (const key of ["s", "ß", "é", "3", "+", "Enter", "Shift"]) assert.equal(isForeign(key), false, key);
});

test("a key is identified by its position on a US keyboard", () => {
  assert.equal(latinAt("KeyS", false), "S");
  assert.equal(latinAt("Period", false), ".");
  assert.equal(latinAt("Equal", true), "+");
  assert.equal(latinAt("Slash", true), "?");
  assert.equal(latinAt("Digit3", false), "3");
  assert.equal(latinAt("", false), undefined);
});
