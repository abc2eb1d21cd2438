// What the label page shows now: which sentence and form, and how saving stands; and what is due when
// something else has taken its place.

import { find } from "../find.js";
import { keepRows } from "./rows.js";
import * as saying from "./saying.js";
import { state } from "./state.js";
import * as waiting from "../waiting.js";

const RETRY = [1_000, 2_000, 4_000, 8_000];
const MANY = 3; // tries after which a fault of the server is as good as no connection

export const form = () => find("form#answer");

/** @param {Element} line */
export const pathOf = (line) => new URL(line.querySelector("a.number").href).pathname;
export const shownPath = () => find("#sentence") && pathOf(find("#sentence"));
// The same as one of a worklist, where one is gone through.
export const shownUrl = () => shownPath() + (location.search.match(/\?worklist=y/) ?? "");
export const isTyping = () => document.activeElement?.matches?.("textarea, input:not([type])");

// A part of a page comes without the token; a browser in which a script has failed still posts it.
function keepToken() {
  if (!form() || form().elements.csrf_token) return;
  form().prepend(Object.assign(document.createElement("input"), { type: "hidden", name: "csrf_token", value: state.token }));
}

// A reply or a drawing is in its place: times, and the focus.
/** @param {boolean} moved */
export function opened(moved) {
  saying.localTimes();
  keepToken();
  const sentence = find("#sentence");
  if (!sentence) return;
  state.complete = sentence.matches(".decided");
  keepRows();
  const lost = document.activeElement === document.body ? state.focused : "";
  const wanted = moved ? "sentence-heading" : sentence.dataset.focus || lost;
  const named = document.getElementById(wanted);
  // A group of radios cannot have the focus; its chosen or first one can.
  const there = named?.querySelector(":scope:is([role=radiogroup]) input") ?? named;
  if (there && there !== document.activeElement) there.focus({ preventScroll: moved });
  delete sentence.dataset.focus;
  if (moved) {
    sentence.scrollIntoView({ block: "start" });
    saying.announce(find("#sentence-heading").textContent);
  }
}

// --- how saving stands, while nothing can be saved and when everything that can be sent has been

// In milliseconds, after so many tries.
/** @param {number} tries */
export const retryAfter = (tries) => RETRY[Math.min(tries, RETRY.length) - 1];
// The seconds until the next try, where they are worth a word; else 0.
/** @param {TroubleKind} kind @param {number} tries */
export const secondsToTell = (kind, tries) => (kind === "fault" && tries <= MANY ? retryAfter(tries) / 1000 : 0);

export function explain() {
  if (!state.trouble) return;
  saying.sayTrouble(state.trouble, waiting.count(), secondsToTell(state.trouble.kind, state.tries));
}

// Returns what the server has refused of the sentence that is shown.
export function sayWhatIs() {
  const held = waiting.entries().filter((entry) => entry.held);
  const here = held.filter((entry) => entry.url === shownPath());
  const elsewhere = held.filter((entry) => entry.url !== shownPath());
  // What the server has said of this sentence itself is more than could be said here.
  if (here.some((entry) => waiting.GONE.includes(entry.held))) saying.sayHeld(here);
  else if (here.length) return here;
  else if (elsewhere.length) saying.sayHeld(elsewhere);
  else if (!state.savedAt && waiting.count()) saying.sayElsewhere(waiting.count());
  else saying.sayAllSaved(state.savedAt);
  state.savedAt = null;
  return here;
}
