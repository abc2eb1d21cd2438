// When to save, and what: each change of the form, and each button, becomes an entry of the queue.

import { STEPS, parseAct } from "../acts.js";
import * as answers from "./answers.js";
import { follow } from "./follow.js";
import * as offline from "./offline.js";
import * as saying from "./saying.js";
import { takeSeconds } from "./seconds.js";
import { explain, form, shownPath } from "./shown.js";
import { state, wake } from "./state.js";
import * as turn from "./turn.js";
import { LATER, answerShown, instead, nextHere, undoHere } from "./unconnected.js";
import * as waiting from "../waiting.js";

// Fields that mean nothing until a button takes them.
/** @param {Found} field */
const isDraft = (field) =>
  /-(new_name|new_type|wording)$/.test(field.name) || ["new", "unnamed"].includes(field.value);

// In a closed list each arrow and each letter is a change; what is meant is the last of them.
/** @type {Found} */
let keyed = null;

document.addEventListener("keydown", ({ target }) => (keyed = isList(target) ? target : null));
document.addEventListener("pointerdown", () => (keyed = null));
document.addEventListener("focusout", ({ target }) => {
  if (!isList(target) || target !== keyed) return;
  keyed = null;
  if (target.value && target.form === form()) save();
});
const LIST = 'select[name$="-via_add"]';
/** @param {Found} element */
const isList = (element) => element.matches?.(LIST);

// The chosen link joins its chain; left in the list, the next save would add it once more.
/** @param {Found} list */
function takeLink(list) {
  const chain = form().elements[list.name.replace(/_add$/, "")];
  chain.value = [chain.value, list.value].filter(Boolean).join(",");
  list.value = "";
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.form || field.form !== form() || !field.name || field === keyed) return;
  if (isDraft(field)) return follow();
  const status = [...form().querySelectorAll('[name="status"]')];
  if (field.name === "status" && field.checked) {
    for (const other of status) if (other !== field) other.checked = false;
  } else if (state.trouble && field.name.startsWith("claims-")) {
    for (const other of status) other.checked = false; // as the server would: the claim is newer
  }
  const leads = save();
  if (state.trouble && leads) nextHere(answerShown());
});

document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== form()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!turn.current()) press(event.submitter?.value ?? "");
  },
  { capture: true },
);

/** @param {string} act */
function press(act) {
  if (state.trouble) return pressHere(act);
  if (!STEPS.includes(act) || !waiting.ready().length) return void save(act);
  turn.begin({ step: act }); // it means the newest save
  wake();
}

/** @param {string} act */
function pressHere(act) {
  if (act === "undo") return undoHere();
  if (STEPS.includes(act)) return saying.remark(LATER);
  const typed = [...form().querySelectorAll('[name$="-new_name"], [name$="-wording"]')];
  const settled = waiting.settledAct({ act, fields: offline.fieldsOf(form()) });
  if (!waiting.NEUTRAL.includes(parseAct(settled).verb)) save(settled);
  else if (parseAct(act).verb === "stay" || typed.some((field) => field.value)) save("stay");
  if (act) instead(act);
}

// What a change asks for. Changed by hand after something was asked for: that is asked of the newer
// answer. `taken`: a button has taken the words behind "Find or add".
/** @param {string} act @param {string | undefined} asked @param {boolean} taken */
export const actOf = (act, asked = "", taken = false) =>
  act || (STEPS.includes(asked) ? "" : asked) || (taken ? "stay" : "");

/** @param {Change} change */
const statusOf = ({ fields }) => fields.find(([name]) => name === "status")?.[1];

// Whether a change takes the place of the last one that waits. Keys are faster than the network: what
// was not sent yet is sent as it is now. "No claim" over claims may turn out to be a question, so it
// travels alone. (Without a connection every change stays a step of its own: the history shows it.)
/** @param {Change} entry @param {Entry} last */
export const replaces = (entry, last) =>
  !last.sent && !last.held && !last.act && statusOf(last) === statusOf(entry);

// Put the answer as it is now among what waits, and send. Returns whether the server will lead on by
// itself: for people who asked for it, when the only claim or the status becomes complete.
export function save(act = "") {
  const url = shownPath();
  for (const list of form().querySelectorAll(LIST)) takeLink(list);
  const mine = waiting.of(url);
  const last = mine.at(-1);
  const asked = mine.find((old) => turn.of(old));
  const entry = {
    url,
    fields: offline.fieldsOf(form()),
    act: actOf(act, asked?.act, Boolean(form().dataset.taken)),
    revision: form().elements.revision.value,
    leave: form().elements.leave?.value,
    drop: form().elements.drop?.value,
    seconds: takeSeconds(),
  };
  const leads = becomesComplete(answers.read(entry.fields)) && !entry.act;
  // This is the newer word on what the server had refused.
  for (const old of mine) if (old.held) waiting.drop(old);
  if (last && !state.trouble && replaces(entry, last)) {
    entry.seconds += last.seconds;
    waiting.drop(last);
  }
  const name = waiting.add(entry);
  state.begun = true;
  const now = turn.current();
  if (now && (asked || now.step === act)) turn.waitFor(now, { entry: name });
  else if (!state.trouble && !now && (entry.act || leads)) turn.begin({ entry: name });
  if (state.trouble) explain();
  else wake();
  follow();
  return leads;
}

/** @param {Answer} answer */
function becomesComplete(answer) {
  const was = state.complete;
  state.complete = !answers.missing(answer, { stored: true });
  const one = answer.claims.filter((claim) => !answers.isEmpty(claim, { stored: true })).length <= 1;
  return form().dataset.autoAdvance !== undefined && state.complete && !was && one;
}
