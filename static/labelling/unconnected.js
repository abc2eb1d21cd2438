// Without the server: what was asked for is done with what the page has (offline.js draws it).

import { STEPS, parseAct } from "../acts.js";
import * as answers from "./answers.js";
import { find } from "../find.js";
import { follow } from "./follow.js";
import * as offline from "./offline.js";
import * as saying from "./saying.js";
import { giveBack } from "./seconds.js";
import { explain, form, opened, shownPath, shownUrl } from "./shown.js";
import { state } from "./state.js";
import * as turn from "./turn.js";
import * as waiting from "../waiting.js";

export const LATER = "Undo, redo and “same speaker” work again when the connection is back.";

export const answerShown = () => answers.read(offline.fieldsOf(form()));

export function goOnHere() {
  const now = turn.current();
  if (!now) return;
  if (now.url) return goHere(now);
  const entry = waiting.entries().find(({ name }) => name === now.entry);
  if (now.step || STEPS.includes(entry?.act)) {
    if (entry) {
      // It may have been done all the same: what is shown is asked for again later.
      state.drawn = true;
      waiting.drop(entry);
    }
    saying.remark(LATER);
    return turn.end(now, false);
  }
  if (!entry) return turn.end(now, false);
  waiting.change(entry, { act: waiting.settledAct(entry) });
  if (parseAct(entry.act).verb === "draft") waiting.change(entry, { held: "draft" });
  turn.end(now, instead(entry.act || "next"));
}

// Returns whether what was asked for is shown.
/** @param {string} act */
export function instead(act) {
  const { verb, index, choice } = parseAct(act);
  const answer = answerShown();
  const open = index ?? Number(form().elements.open.value);
  if (verb === "next") return nextHere(answer);
  if (["stay", "speaker", "sure"].includes(verb)) form().dataset.taken = "yes";
  else draw(answer, answers.change(answer, { verb, index: open, choice }));
  find(".claim.open h3")?.focus({ preventScroll: true });
  if (state.trouble) explain();
  return true;
}

// Take the newest change of this sentence out of what waits, where it was never sent and what was before
// it is known here; else say that this has to wait.
export function undoHere() {
  const mine = waiting.of(shownPath() ?? "");
  const [before, newest] = [mine.at(-2), mine.at(-1)];
  const isOnlyHere = newest && !newest.sent && !newest.held && (before || newest.revision === "0");
  if (!isOnlyHere) return saying.remark(LATER);
  giveBack(newest.seconds);
  waiting.drop(newest);
  delete form().dataset.taken;
  draw(answers.read(before?.fields ?? []));
  find(".claim.open h3")?.focus({ preventScroll: true });
  explain();
  saying.announce("Undone.");
}

/** @param {Answer} answer @param {number} [open] */
function draw(answer, open = 0) {
  const { taken } = form().dataset;
  const revision = form().elements.revision.value;
  state.drawn = offline.draw({ answer, open, revision }) || state.drawn;
  if (taken) form().dataset.taken = taken;
  follow();
}

/** @param {Answer} answer */
export function nextHere(answer) {
  const still = answers.missing(answer);
  const skip = find("#skip");
  if (still === "answer") saying.remark("No answer yet. Add a claim, choose “No claim” or skip the sentence.");
  else if (still && form().dataset.leave !== still) {
    form().dataset.leave = still;
    const name = still[0].toUpperCase() + still.slice(1);
    saying.remark(`${name} is still open. Choose Next again to leave it incomplete.`);
  } else if (skip) return enterHere(skip.href);
  else saying.remark("This is the last sentence. What is missing is shown when the connection is back.");
  return false;
}

/** @param {Turn} now */
export const goHere = (now) => turn.end(now, enterHere(now.url ?? ""));

// Show another sentence with what the page has; returns whether it could be.
/** @param {string} url */
function enterHere(url) {
  const { pathname, search } = new URL(url, location.href);
  const [from, was] = [shownPath(), shownUrl()];
  const is = offline.enter(pathname, waiting.of(pathname).at(-1));
  if (!is) {
    saying.alert("The other sentence is shown when the connection is back.");
    history.replaceState({ htmx: true }, "", was);
  } else {
    if (waiting.of(from).length) offline.markWaiting(from);
    state.drawn = true;
    history.replaceState({ htmx: true }, "", pathname + search);
    opened(true);
  }
  if (state.trouble) explain();
  return is;
}
