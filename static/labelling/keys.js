// Single keys: finds the control on which a key is printed and presses it.
// Keys are rendered by the server from the codebook (`data-key`); nothing here knows a value.

import { isBusy } from "../busy.js";
import { find } from "../find.js";
import { isForeign, latinAt } from "./layout.js";
import { whoIsThere } from "../signed-out.js";
import * as typedAhead from "./typed-ahead.js";

const root = document.documentElement;

// The server has rendered what the account says.
const on = () => !root.classList.contains("keyless");
const { isText } = typedAhead;

// The name of a key as the codebook writes it: "S", "+", "Enter", "Shift+Enter".
/** @param {string} key @param {boolean} shiftKey */
function nameOf(key, shiftKey) {
  const name = key.length === 1 ? key.toUpperCase() : key;
  const shifted = shiftKey && (key.length > 1 || /\p{L}/u.test(key));
  return shifted ? `Shift+${name}` : name;
}

/** @param {string} name */
function controlFor(name) {
  return [...document.querySelectorAll("[data-key]")].find(
    (control) => control.dataset.key.toUpperCase().split(" ").includes(name.toUpperCase()) && !control.disabled,
  );
}

// A Cyrillic, Greek, Hebrew or other layout writes no Latin letters: there a key counts by its place.
/** @param {KeyboardEvent} event */
function controlOf({ key, code, shiftKey }) {
  const control = controlFor(nameOf(key, shiftKey));
  if (control || !isForeign(key)) return control;
  const there = latinAt(code, shiftKey);
  return (there && controlFor(nameOf(there, shiftKey))) ?? sayLayout(key);
}

let said = false;

/** @param {string} key */
function sayLayout(key) {
  if (said) return;
  said = true;
  const line = document.createElement("p");
  line.textContent =
    `“${key}” is not a shortcut here. In this keyboard layout, keys are identified by their position on a US keyboard.`;
  find("#alert").replaceChildren(line);
}

/** @param {Found} control */
function press(control) {
  if (control.matches("input")) control.focus();
  control.click();
}

// Shift and the key of the last field of a claim: choose it, and add another claim, in one save.
/** @param {KeyboardEvent} event */
function addAfter({ key, code }) {
  const letter = isForeign(key) ? latinAt(code, false) : key;
  const control = letter && /^\p{L}$/u.test(letter) && controlFor(letter);
  const add = find('#answer [value="add"]');
  // Adjudication has the same keys and no label.
  const last = find("#label")?.dataset.required.split(" ").at(-1);
  if (!control || !add || !control.matches(`.claim.open [type=radio][name$="-${last}"]`)) return false;
  control.checked = true;
  add.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.isComposing || event.defaultPrevented || find("dialog[open]")) return;
  if (key === "Escape" && isText(target)) return leave(target, key);
  const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
  if (on() && isPlain && !event.repeat && isBusy() && key !== "Tab") {
    event.preventDefault();
    typedAhead.keep(event);
    return;
  }
  // In the list of links Enter takes what is chosen (saving.js), Escape nothing.
  if (key === "Enter" && target.matches('select[name$="-via_add"]')) {
    event.preventDefault();
    return leave(target);
  }
  // A held key presses once; in text it goes on typing.
  if (event.repeat) return void (key === "Enter" && !isText(target) && event.preventDefault());
  if (!on() || !isPlain) return;
  if (isText(target)) return;
  // Enter on a link or a button does what that control does.
  if (key === "Enter" && target.matches("a, button, summary")) return;
  const control = controlOf(event);
  if (!control && event.shiftKey && addAfter(event)) return event.preventDefault();
  if (!control) return void missed(nameOf(event.key, event.shiftKey));
  event.preventDefault();
  press(control);
});

// A key that has no control now may have one when the connection is back (queue.js).
/** @param {string} name */
const missed = (name) => document.dispatchEvent(new CustomEvent("annotator:missed", { detail: name }));

// --- fields that open: the text field gets the focus, Escape gives it back

/** @type {Record<string, (claim: Element) => Found>} */
const OPENS = {
  new: (claim) => claim.querySelector('[name$="-new_name"]'),
  unnamed: (claim) => claim.querySelector('[name$="-wording"]'),
};
/** @type {Found} */
let opener = null;

document.addEventListener("change", (event) => {
  const field = event.target;
  const claim = field.closest?.(".claim");
  if (!claim || !field.checked) return;
  const detail = field.id.match(/-show-(mention|via|note)$/)?.[1];
  const text = detail
    ? claim.querySelector(`.asks-${detail} :is(input:not([type=hidden]), textarea, select)`)
    : field.name.endsWith("-speaker") && OPENS[field.value]?.(claim);
  if (!text) return;
  opener = field;
  const chosen = String(getSelection()).trim();
  if (chosen && !text.value && /-(wording|mention)$/.test(text.name)) text.value = chosen;
  text.focus();
});

/** @param {Found} text @param {string} [key] */
function leave(text, key) {
  if (key === "Escape" && text.matches("select[name$=-via_add]")) text.value = "";
  (opener?.isConnected ? opener : find("#sentence-heading"))?.focus();
  text.dispatchEvent(new Event("blur"));
}

// --- the rule slot follows the focus

// On the sentence or a claim as a whole: the value chosen last, else the field that comes next.
function slotOfClaim() {
  /** @param {string} field */
  const chosen = (field) => find(`#answer .claim.open [name$="-${field}"]:checked`);
  const value = chosen("certainty") ?? chosen("stance");
  return value?.value ?? (chosen("speaker") ? "stance" : "speaker");
}

/** @param {{ target: Found }} event */
function explain({ target }) {
  const isWhole = target.matches?.("#answer :is(h2, h3)");
  // The word cursor has the focus of the control that it picks words for.
  const picks = target.id === "word-cursor" ? root.dataset.picks : "";
  const name = picks || (isWhole ? slotOfClaim() : target.closest?.("[data-slot]")?.dataset.slot);
  const template = name && find(`template[data-slot-for="${CSS.escape(name)}"]`);
  const slot = find("#slot");
  if (template && slot) slot.replaceChildren(template.content.cloneNode(true));
}
document.addEventListener("focusin", explain);
document.addEventListener("change", explain);

// --- the switch, for people whose speech input or screen reader types letters

const toggle = find('[data-act="single-keys"]');
toggle?.addEventListener("click", async () => {
  root.classList.toggle("keyless");
  toggle.setAttribute("aria-pressed", String(on()));
  toggle.querySelector("span span").textContent = `: ${on() ? "on" : "off"}`;
  const kept = await keepOnAccount();
  find("#keys-error").textContent = kept
    ? ""
    : `Single-key shortcuts are ${on() ? "on" : "off"} in this window only: your account could not be changed. Try again.`;
});

async function keepOnAccount() {
  const there = await whoIsThere();
  if (!there || there.user !== root.dataset.user) return false;
  const body = new URLSearchParams({ csrf_token: there.token, change: "single_keys", single_keys: on() ? "y" : "" });
  const reply = await fetch("/account/keys", { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  return Boolean(reply?.ok);
}
