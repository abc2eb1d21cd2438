// Posts one entry of the queue and says what became of it. It changes nothing on the page and
// nothing that waits: labelling/pump.js and unsent.js do, each in its own way.

import { heard } from "./session-end.js";
import { whoIsThere } from "./signed-out.js";
import { user } from "./waiting.js";

const PATIENCE = 10_000;
const BUSY = [408, 425, 429]; // what a server or a proxy says when trying again will do
const SAVED = ["Annotator-Revision", "HX-Location", "HX-Redirect"];
// Why an answer is not sent again by itself, by the status of the refusal.
/** @type {Record<number, Held>} */
const HELD = { 403: "shut", 404: "closed", 409: "conflict" };

/** @param {string} url @param {URLSearchParams} [body] @returns {Promise<Reply | null>} */
export async function ask(url, body) {
  const headers = { "HX-Request": "true" };
  const method = body ? "POST" : "GET";
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const reply = await fetch(url, { method, body, headers, signal });
    const { status, headers: answered, redirected } = reply;
    heard(answered.get("Annotator-Session"));
    return { status, headers: answered, text: await reply.text(), at: redirected && reply.url };
  } catch {
    return null;
  }
}

// `parts`: the page can put parts of a form, or the next sentence, in their places.
/** @param {Entry} entry @param {string} token @param {string | number} [open] @param {string} [parts] */
export function bodyOf(entry, token, open = 0, parts = "") {
  const body = new URLSearchParams(entry.fields);
  const { revision, key, act, seconds, leave, drop } = entry;
  const own = { revision, key, act: act || undefined, seconds, leave, drop, open };
  for (const [name, value] of Object.entries(own)) if (value !== undefined) body.set(name, String(value));
  if (parts) body.set("parts", parts);
  body.set("user", user);
  body.set("csrf_token", token);
  return body;
}

// Somebody on the way may answer in the server's place, as hotels do; that saves nothing.
/** @param {Reply} reply */
const isOurs = ({ headers }) => [...SAVED, "HX-Reswap"].some((name) => headers.has(name));
// A refusal says whose it is: ours tells how long the session lasts, or what htmx is to do with it.
/** @param {Reply} reply */
export const isForeign = (reply) => !isOurs(reply) && !reply.headers.has("Annotator-Session");

// What the server says of a refusal, in its own words: who closed the article, and when.
/** @param {Reply} reply */
const why = ({ text }) =>
  new DOMParser().parseFromString(text, "text/html").querySelector(".said-why")?.textContent;

// What a reply to an entry means, as one of
//   { trouble, request }    nothing can be saved now: "network", "fault" or "write"; the server's id of it
//   { signedOut }           the name of who else is signed in, or nothing
//   { token }               the form token was old; with this one it can be sent again
//   { saved: true }         the server has it
//   { held, why }           refused: a person has to look at it
// `renewed` says that the entry was sent with a new token just now: whoever refuses it again, perhaps
// a filter on the way, does not mean the token.
/** @param {Reply | null} reply @param {string} token @param {boolean} renewed @returns {Promise<Outcome>} */
export async function judge(reply, token, renewed) {
  const status = reply?.status ?? 0;
  if (!reply || (status < 400 && !isOurs(reply))) return { trouble: "network" };
  if (status >= 500 || BUSY.includes(status))
    return {
      trouble: status === 507 || reply.text.includes("cannot write") ? "write" : "fault",
      request: reply.headers.get("X-Request-ID"),
    };
  if (status === 401) return { signedOut: "" };
  if ([400, 403, 404].includes(status)) {
    // The page may be older than the session, or somebody else's by now.
    const there = await whoIsThere();
    if (!there) return { trouble: "network" };
    if (there.user !== user) return { signedOut: there.user };
    if (status === 400 && !renewed && there.token !== token) return { token: there.token };
  }
  if (SAVED.some((name) => reply.headers.has(name))) return { saved: true };
  if (isForeign(reply)) return { held: "refused" };
  return { held: status < 300 ? "draft" : (HELD[status] ?? "refused"), why: why(reply) };
}
