// The queue of the label page: each change of the answer waits in the browser (waiting.js) until the
// server has said "saved". saving.js makes an entry of it, pump.js sends it; while the server cannot
// be reached (trouble.js), labelling goes on with what the page has (unconnected.js). What is said
// about all that stands in saying.js. Here it begins, and here it hears of other windows.

import { find } from "../find.js";
import { restore } from "./moving.js";
import { idle, pump } from "./pump.js";
import * as saying from "./saying.js";
import { askToSignIn } from "../signed-out.js";
import { form, isTyping, sayWhatIs, shownPath } from "./shown.js";
import { state } from "./state.js";
import * as typedAhead from "./typed-ahead.js";
import { LATER, undoHere } from "./unconnected.js";
import * as waiting from "../waiting.js";

const UNLOADING = 5_000; // after which a page that is still here was not left

document.addEventListener("click", (event) => {
  const act = event.target.closest?.("[data-waiting]")?.dataset.waiting;
  if (act === "copy") waiting.saveAsFile();
  if (act === "discard") discard();
  if (act === "again" && state.trouble?.kind === "signed out") askToSignIn();
  if (act === "again") pump();
});
// Answers to an article that is no longer this person's can only be copied and put away.
function discard() {
  for (const entry of waiting.entries()) if (waiting.GONE.includes(entry.held)) waiting.drop(entry);
  saying.alert("");
  idle();
}

// A form that is drawn here has no control for what only the server can do.
document.addEventListener("annotator:missed", ({ detail }) => {
  const { undo = "", later = "" } = find("template#blank")?.dataset ?? {};
  if (!state.trouble || !form()) return;
  if (undo.split(" ").includes(detail)) undoHere();
  else if (later.split(" ").includes(detail)) saying.remark(LATER);
});

addEventListener("online", () => state.trouble && pump());
// Another window has sent what waited there, or has something new. Where that was an answer to the
// sentence that is shown here, it is fetched anew when somebody comes back to this window.
let isStale = false;
addEventListener("storage", ({ key, oldValue, newValue }) => {
  if (!key?.startsWith("annotator-waiting-")) return;
  if (oldValue && !newValue && JSON.parse(oldValue).url === shownPath()) isStale = true;
  if (!state.trouble && !waiting.ready().length) sayWhatIs();
});

function refresh() {
  if (!isStale || find("#conflict") || isNameTyped()) return;
  isStale = false;
  state.drawn = true;
  idle();
}
document.addEventListener("visibilitychange", async () => {
  if (document.hidden) return;
  saying.localTimes();
  await waiting.adopt();
  if (state.trouble || waiting.ready().length) pump();
  else refresh();
});
document.addEventListener("annotator:signed-in", pump);

function isNameTyped() {
  const names = [...document.querySelectorAll('#answer :is([name$="-new_name"], [name$="-wording"])')];
  return names.some((field) => field.value !== field.defaultValue);
}

addEventListener("beforeunload", (event) => {
  if (state.leaving) return;
  if (isTyping()) /** @type {HTMLElement} */ (document.activeElement).blur(); // what is being typed is a change too
  if (isNameTyped() || waiting.ready().length || typedAhead.count()) event.preventDefault();
  state.unloading = true;
  setTimeout(() => {
    state.unloading = false;
    pump();
  }, UNLOADING);
});

// --- the page is here

saying.localTimes();
find("#sentence")?.scrollIntoView({ block: "start" });
state.complete = Boolean(find("#sentence.decided"));
waiting.adopt().then(() => {
  if (!state.begun) restore();
  state.complete = Boolean(find("#sentence.decided"));
  if (waiting.all().length) pump();
});
