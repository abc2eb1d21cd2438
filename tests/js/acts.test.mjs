// What a button says, over the table that tests/web/test_acts.py reads too.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { load } from "./support.mjs";

const { parseAct } = await load("acts.js");
const cases = JSON.parse(await readFile(new URL("../data/acts.json", import.meta.url), "utf-8"));

for (const { button, ...act } of cases)
  test(`“${button}” is ${JSON.stringify(act)}`, () => assert.deepEqual(parseAct(button), act));

test("no button is no act", () => assert.deepEqual(parseAct(undefined), { verb: "", index: null, choice: "" }));
