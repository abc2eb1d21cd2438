// People are faster than the network: keys struck while a reply is on its way wait for it, and are
// struck again when what was asked for is shown. Where something else is shown instead (a question,
// a refusal), they were not meant for that, and are left out with a word.

import { isBusy } from "../busy.js";

const PAUSE = 700; // people who type ahead strike a key at least so often, in milliseconds
/** @type {Struck[]} */
const early = [];

/** @param {Struck} event */
export const keep = ({ key, code, shiftKey }) => early.push({ key, code, shiftKey });
export const count = () => early.length;

/** @param {Element} element */
export const isText = (element) =>
  element.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");

document.addEventListener("annotator:settled", ({ detail }) => {
  if (detail === "not shown") leaveOut();
  // A list that only proposes (speakers.js): a second Enter takes the proposal, nothing else does.
  if (detail === "asked" && early[0]?.key !== "Enter") leaveOut();
  while (early.length && !isBusy()) strike(/** @type {Struck} */ (early.shift()));
});

// Whoever goes on typing has not seen that yet: until they pause, that was not meant for this, either.
let leftOut = 0;
let pause = 0;

function leaveOut() {
  if (!early.length) return;
  leftOut += early.length;
  early.length = 0;
  waitForPause();
  say();
}

function waitForPause() {
  clearTimeout(pause);
  pause = setTimeout(() => (leftOut = 0), PAUSE);
}

function say() {
  const many = leftOut > 1 ? `${leftOut} keys` : "1 key";
  const line = document.createElement("p");
  line.textContent = `Ignored ${many} typed ahead: the page did not change as expected.`;
  document.querySelector("#alert").replaceChildren(line);
}

// Before everybody else who listens for keys.
addEventListener(
  "keydown",
  (event) => {
    if (!leftOut || !event.isTrusted || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key.length > 1 && event.key !== "Enter") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    leftOut += 1;
    waitForPause();
    say();
  },
  { capture: true },
);

// Strike a key again, for whoever listens now: the word cursor, the search of speakers, keys.js.
/** @param {Struck} struck */
function strike(struck) {
  const target = /** @type {Element} */ (document.activeElement);
  const again = new KeyboardEvent("keydown", { ...struck, bubbles: true, cancelable: true });
  if (target.dispatchEvent(again)) doAsBrowser(struck.key, target);
}

// What a browser does by itself with a key that nobody took, and only with a real one.
/** @param {string} key @param {Found} target */
function doAsBrowser(key, target) {
  const presses = { Enter: "a, button, summary", " ": "button, summary, input" }[key];
  if (!isText(target)) return void (presses && target.matches(presses) && target.click());
  if (target.matches("select")) return;
  if (key === "Enter" && target.matches("input"))
    return target.form?.requestSubmit(target.form.querySelector("button"));
  const text = key === "Enter" ? "\n" : key;
  if (text.length > 1) return;
  target.setRangeText(text, target.selectionStart, target.selectionEnd, "end");
  target.dispatchEvent(new Event("input", { bubbles: true }));
}
