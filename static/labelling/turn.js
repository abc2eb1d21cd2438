// One change of what is shown at a time. A turn is what a person has asked for, from the key or the
// click until the other form stands there: keys struck in between wait for it (typed-ahead.js).
//
//   nothing asked ── begin ──> a turn is on ── end ──> nothing asked
//
// A turn waits for exactly one thing, and nothing but that may end it; a reply to anything else
// comes and goes without a word to the keys:
//
//   { entry }      the reply to one entry of the queue: it leads on, or brings another form
//   { url, push }  another sentence: until everything before is saved, then until it is here
//   { step }       "undo" or "redo": likewise, then it becomes an entry
//
// Whoever asks for something else meanwhile (the browser's own Back) has given the first thing up.

import { busyWhile } from "../busy.js";

/** @type {("entry" | "url" | "step")[]} */
const THINGS = ["entry", "url", "step"];
/** @type {Turn | null} */
let now = null;
let swapping = 0; // replies that are being put into their place

busyWhile(() => now !== null || swapping > 0);

export const current = () => now;
// The turn that waits for the reply to this entry, if any does.
/** @param {Pick<Entry, "name">} entry */
export const of = ({ name }) => (now?.entry === name ? now : null);

/** @param {Awaits} awaited */
export function begin(awaited) {
  if (now) end(now, false);
  return (now = { ...awaited });
}

// The same turn goes on with another thing: the newest word on its sentence, the step's own entry.
/** @param {Turn} turn @param {Awaits} awaited */
export function waitFor(turn, awaited) {
  for (const name of THINGS) delete turn[name];
  Object.assign(turn, awaited);
}

// What was asked for is shown; or, where `shown` is false, something else is, and what was typed
// ahead was never meant for that.
/** @param {Turn | null} turn @param {boolean} [shown] */
export function end(turn, shown = true) {
  if (!turn || turn !== now) return;
  now = null;
  settled(shown ? "shown" : "not shown");
}

// While a reply is being put into its place the page is neither the old one nor the new one.
/** @param {() => Promise<void>} put */
export async function whileSwapping(put) {
  swapping += 1;
  try {
    await put();
  } finally {
    swapping -= 1;
    settled();
  }
}

/** @param {Settled} [detail] */
const settled = (detail = null) =>
  document.dispatchEvent(new CustomEvent("annotator:settled", { detail }));
