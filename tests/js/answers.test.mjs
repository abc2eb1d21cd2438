// What an answer says, and what a button makes of it, over the table that
// tests/web/labelling/test_label_answers_contract.py puts to the server.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { load } from "./support.mjs";

const answers = await load("labelling/answers.js");
const { parseAct } = await load("acts.js");
const table = JSON.parse(await readFile(new URL("../data/answers.json", import.meta.url), "utf-8"));

// The fields of a case as the form holds them. A claim of which nothing was said has its fields all the same.
function read({ claims, whole = {} }) {
  const given = claims.map((claim) => ({ speaker: "", note: "", via: "", ...claim }));
  const fields = given.flatMap((claim, index) => Object.entries(claim).map(([name, value]) => [`claims-${index}-${name}`, value]));
  return answers.read([...Object.entries(whole), ...fields]);
}

for (const said of table.said) {
  const { claims, whole = {}, hint, state, missing } = said;
  test(`${JSON.stringify({ claims, ...whole })} is ${state}: ${hint}; ${missing || "nothing"} is missing`, () => {
    const answer = read(said);
    const as = { stored: true };
    assert.equal(answers.hintOf(answer.claims[0] ?? {}, answer.claims.length <= 1, as), hint);
    assert.equal(answers.stateOf(answer, as), state);
    assert.equal(answers.missing(answer), missing);
  });
}

// Words behind "Find or add" make a speaker; what is open is left out.
const KEPT = ["speaker", "stance", "certainty", "via", "note"];
const stored = (claim) => Object.fromEntries(KEPT.filter((name) => claim[name]).map((name) => [name, claim[name]]));

for (const button of table.buttons) {
  const { claims, whole = {}, open = 0, act, after, opened } = button;
  test(`${act} of ${JSON.stringify({ claims, ...whole })} leaves ${JSON.stringify(after)}`, () => {
    const answer = read(button);
    const asked = parseAct(act);
    assert.equal(answers.change(answer, { ...asked, index: asked.index ?? open }), opened);
    const left = act === "add" ? answer.claims.slice(0, -1) : answer.claims;
    assert.deepEqual(left.map(stored), after);
    assert.equal(answer.whole.status, undefined);
  });
}

test("words behind a door are a speaker once a button has taken them", () => {
  const answer = read({ claims: [{ speaker: "new", new_name: "Zoran Quill", stance: "support", certainty: "likely" }] });
  assert.equal(answers.missing(answer), "");
  assert.equal(answers.missing(answer, { stored: true }), "speaker");
});
