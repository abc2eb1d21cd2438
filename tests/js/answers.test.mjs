// The hint and the state of an answer, over the table that tests/web/labelling/test_label_answers_contract.py reads too.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { load } from "./support.mjs";

const answers = await load("labelling/answers.js");
const cases = JSON.parse(await readFile(new URL("../data/answers.json", import.meta.url), "utf-8"));

for (const { fields, hint, state } of cases)
  test(`${JSON.stringify(fields)} is ${state}: ${hint}`, () => {
    const answer = answers.read(fields);
    const as = { stored: true };
    assert.equal(answers.hintOf(answer.claims[0] ?? {}, answer.claims.length <= 1, as), hint);
    assert.equal(answers.stateOf(answer, as), state);
  });

test("words behind a door are a speaker once a button has taken them", () => {
  const answer = answers.read([
    ["claims-0-speaker", "new"], ["claims-0-new_name", "Zoran Quill"],
    ["claims-0-stance", "support"], ["claims-0-certainty", "likely"],
  ]);
  assert.equal(answers.missing(answer), "");
  assert.equal(answers.missing(answer, { stored: true }), "speaker");
});

test("a removed claim leaves the one before it open", () => {
  const answer = { claims: [{ speaker: "1" }, { speaker: "2" }] };
  assert.equal(answers.change(answer, { verb: "remove", index: 1, choice: "" }), 0);
  assert.deepEqual(answer.claims, [{ speaker: "1" }]);
});
