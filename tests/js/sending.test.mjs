// What a reply to an answer means, and what is sent for it.

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { give, giveBarePage, load } from "./support.mjs";

giveBarePage({ user: "7" });

// What the server's account page says of the session; null where nobody answers.
let account = { user: "7", token: "old" };
let asked = 0;
beforeEach(() => {
  account = { user: "7", token: "old" };
  asked = 0;
});
give("fetch", async (url) => {
  assert.equal(url, "/account");
  asked += 1;
  if (!account) throw new TypeError("no connection");
  return new Response(JSON.stringify(account));
});
// Pages are JSON here: what is asked of a page is in it.
give("DOMParser", class {
  parseFromString(text) {
    const page = JSON.parse(text || "{}");
    const found = { '[name="csrf_token"]': { value: page.token }, ".said-why": page.why && { textContent: page.why } };
    return { querySelector: (selector) => found[selector] ?? null, documentElement: { dataset: { user: page.user } } };
  }
});
const { bodyOf, isForeign, judge } = await load("sending.js");

const OURS = { "Annotator-Session": "3600" };
const PART = { ...OURS, "HX-Reswap": "outerMorph" };
const reply = (status, headers = {}, text = "") => ({ status, headers: new Headers(headers), text, at: false });
const judged = (...how) => judge(reply(...how), "old", false);

test("what the server has stored is saved, whatever follows", async () => {
  for (const status of [200, 204, 409, 422])
    assert.deepEqual(await judged(status, { "Annotator-Revision": "4" }), { saved: true }, String(status));
  assert.deepEqual(await judged(200, { "HX-Location": "{}" }), { saved: true });
  assert.deepEqual(await judged(200, { "HX-Redirect": "/" }), { saved: true });
});

test("no reply, or a good one that is not the server's, is no connection", async () => {
  assert.deepEqual(await judge(null, "old", false), { trouble: "network" });
  assert.deepEqual(await judged(200, {}, "Welcome to the hotel"), { trouble: "network" });
  assert.deepEqual(await judged(302, OURS), { trouble: "network" });
});

test("a fault of the server is tried again, and named by its request", async () => {
  assert.deepEqual(await judged(500, { "X-Request-ID": "abc" }), { trouble: "fault", request: "abc" });
  assert.deepEqual(await judged(503), { trouble: "fault", request: null });
  for (const status of [408, 425, 429]) assert.equal((await judged(status)).trouble, "fault", String(status));
  assert.deepEqual(await judged(507), { trouble: "write", request: null });
  assert.equal((await judged(503, {}, "The server cannot write")).trouble, "write");
});

test("an answer is sent once more with a new token, and only once", async () => {
  account = { user: "7", token: "new" };
  assert.deepEqual(await judged(400, OURS), { token: "new" });
  assert.deepEqual(await judge(reply(400, OURS), "old", true), { held: "refused", why: undefined });
  assert.deepEqual(await judge(reply(400, OURS), "new", false), { held: "refused", why: undefined });
});

test("nobody or somebody else is signed in", async () => {
  assert.deepEqual(await judged(401, OURS), { signedOut: "" });
  assert.equal(asked, 0);
  account = { user: "8", token: "other" };
  for (const status of [400, 403, 404]) assert.deepEqual(await judged(status, OURS), { signedOut: "8" }, String(status));
  account = null;
  assert.deepEqual(await judged(403, OURS), { trouble: "network" });
});

test("what the server refuses is held, with its reason", async () => {
  const why = (words) => JSON.stringify({ why: words });
  assert.deepEqual(await judged(403, OURS, why("Your lead closed it.")), { held: "shut", why: "Your lead closed it." });
  assert.deepEqual(await judged(404, OURS), { held: "closed", why: undefined });
  assert.deepEqual(await judged(409, PART), { held: "conflict", why: undefined });
  assert.deepEqual(await judged(422, PART), { held: "refused", why: undefined });
  assert.deepEqual(await judged(200, PART), { held: "draft", why: undefined });
});

test("a refusal by somebody on the way is held, and says nothing", async () => {
  assert.deepEqual(await judged(403, {}, "Blocked by the filter"), { held: "refused" });
  assert.deepEqual(await judged(413), { held: "refused" });
  assert.equal(isForeign(reply(403)), true);
  assert.equal(isForeign(reply(403, OURS)), false);
  assert.equal(isForeign(reply(422, { "HX-Reswap": "outerMorph" })), false);
});

test("an answer is sent with its key, its person and what was asked for, and with nothing it does not have", () => {
  const entry = { fields: [["claims-0-speaker", "1"], ["note", "odd"]], revision: "3", key: "abc", act: "", seconds: 5, drop: undefined };
  assert.deepEqual(Object.fromEntries(bodyOf(entry, "token", 1)), {
    "claims-0-speaker": "1", note: "odd", revision: "3", key: "abc", seconds: "5", open: "1", user: "7", csrf_token: "token",
  });
  assert.equal(bodyOf({ ...entry, act: "next", drop: "y" }, "token").get("act"), "next");
  assert.equal(bodyOf({ ...entry, drop: "y" }, "token").get("drop"), "y");
});
