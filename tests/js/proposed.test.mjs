// Which words are the mention once a speaker is chosen.

import assert from "node:assert/strict";
import test from "node:test";
import { giveBarePage, load } from "./support.mjs";

giveBarePage();
const { mentionAfter } = await load("labelling/proposed.js");

const offered = ["0-12", "30-39"];

test("a speaker brings along the words that name it", () => {
  assert.equal(mentionAfter("", "", offered, "0-12"), "0-12");
});

test("another speaker takes the place of one with its words", () => {
  assert.equal(mentionAfter("0-12", "James Mattis", offered, "30-39"), "30-39");
});

test("words that a chip has brought go with its speaker", () => {
  assert.equal(mentionAfter("0-12", "James Mattis", offered, ""), "");
});

test("words that were picked or typed by hand stay", () => {
  assert.equal(mentionAfter("3-12", "es Mattis", offered, "30-39"), null);
  assert.equal(mentionAfter("", "the chief", offered, "30-39"), null);
  assert.equal(mentionAfter("3-12", "es Mattis", offered, ""), null);
});

test("what is there already is no change", () => {
  assert.equal(mentionAfter("0-12", "James Mattis", offered, "0-12"), null);
  assert.equal(mentionAfter("", "", offered, ""), null);
});
