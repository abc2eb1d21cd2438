// Single keys: finds the control on which a key is printed and presses it.
// Keys are rendered by the server from the codebook (`data-key`); nothing here knows a value.

import { isBusy } from "./busy.js";
import { whoIsThere } from "./signed-out.js";

const find = (selector) => document.querySelector(selector);
const root = document.documentElement;

// The server has rendered what the account says.
const on = () => !root.classList.contains("keyless");
const isText = (element) =>
  element.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");

// The name of a key as the codebook writes it: "S", "+", "Enter", "Shift+Enter".
function nameOf(event) {
  const name = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const shifted = event.shiftKey && (event.key.length > 1 || /\p{L}/u.test(event.key));
  return shifted ? `Shift+${name}` : name;
}

function controlFor(name) {
  return [...document.querySelectorAll("[data-key]")].find(
    (control) => control.dataset.key.toUpperCase().split(" ").includes(name.toUpperCase()) && !control.disabled,
  );
}

function press(control) {
  if (control.matches("input")) control.focus();
  control.click();
}

document.addEventListener("keydown", (event) => {
  const { key, shiftKey, target } = event;
  if (event.isComposing || event.defaultPrevented || find("dialog[open]")) return;
  if (key === "Escape" && isText(target)) return leave(target, key);
  // In the list of links Enter takes what is chosen (queue.js), Escape nothing.
  if (key === "Enter" && target.matches('select[name$="-via_add"]')) {
    event.preventDefault();
    return leave(target);
  }
  // A held key presses once; in text it goes on typing.
  if (event.repeat) return void (key === "Enter" && !isText(target) && event.preventDefault());
  if (!on() || event.ctrlKey || event.altKey || event.metaKey) return;
  if (isBusy() && key !== "Tab") {
    event.preventDefault();
    early.push({ key, shiftKey });
    return;
  }
  if (isText(target)) return;
  // Enter on a link or a button does what that control does.
  if (key === "Enter" && target.matches("a, button, summary")) return;
  const control = controlFor(nameOf(event));
  if (!control) return;
  event.preventDefault();
  press(control);
});

// --- people are faster than the network: keys struck while a reply is on its way wait for it

const early = [];

document.addEventListener("annotator:settled", ({ detail }) => {
  // What was struck behind an Enter that turned out to be a question was no answer to it.
  if (detail === "asked" && early[0]?.key !== "Enter") early.length = 0;
  while (early.length && !isBusy()) replay(early.shift());
});

// Strike a key again, for whoever listens now: the word cursor, the search of speakers, this file.
function replay(struck) {
  const target = document.activeElement;
  const again = new KeyboardEvent("keydown", { ...struck, bubbles: true, cancelable: true });
  if (target.dispatchEvent(again)) doAsBrowser(struck.key, target);
}

// What a browser does by itself with a key that nobody took, and only with a real one.
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

// --- fields that open: the text field gets the focus, Escape gives it back

const OPENS = {
  new: (claim) => claim.querySelector('[name$="-new_name"]'),
  unnamed: (claim) => claim.querySelector('[name$="-wording"]'),
};
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

function leave(text, key) {
  if (key === "Escape" && text.matches("select[name$=-via_add]")) text.value = "";
  (opener?.isConnected ? opener : find("#sentence-heading"))?.focus();
  text.dispatchEvent(new Event("blur"));
}

// --- the rule slot follows the focus

function explain(event) {
  const name = event.target.closest?.("[data-slot]")?.dataset.slot;
  const template = name && find(`template[data-slot-for="${CSS.escape(name)}"]`);
  const rules = find("#rules");
  if (!template || !rules) return;
  const heading = rules.querySelector("h3");
  rules.replaceChildren(heading, template.content.cloneNode(true));
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
    : `Single keys are ${on() ? "on" : "off"} in this window only: your account could not be changed. Try again.`;
});

async function keepOnAccount() {
  const there = await whoIsThere();
  if (there?.user !== root.dataset.user) return false;
  const body = new URLSearchParams({ csrf_token: there.token, change: "single_keys", single_keys: on() ? "y" : "" });
  const reply = await fetch("/account/keys", { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  return Boolean(reply?.ok);
}
