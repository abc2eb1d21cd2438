// Single keys: finds the control on which a key is printed and presses it.
// Keys are rendered by the server from the codebook (`data-key`); nothing here knows a value.

import { isActing } from "./queue.js";
import { isLooking } from "./speakers.js";

const find = (selector) => document.querySelector(selector);
const SWITCH = "annotator-single-keys";

const on = () => localStorage.getItem(SWITCH) !== "off";
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
    (control) => control.dataset.key.split(" ").includes(name) && !control.disabled,
  );
}

function press(control) {
  if (control.matches("input")) control.focus();
  control.click();
}

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (event.key === "Escape" && isText(target) && !event.defaultPrevented) return leave(target);
  if (!on() || event.repeat || event.isComposing || event.defaultPrevented) return;
  if (event.ctrlKey || event.altKey || event.metaKey || find("dialog[open]")) return;
  if ((isActing() || isLooking()) && event.key !== "Tab") {
    event.preventDefault();
    early.push({ name: nameOf(event), text: event.key });
    return;
  }
  if (isText(target)) return;
  // Enter on a link or a button does what that control does.
  if (event.key === "Enter" && target.matches("a, button, summary")) return;
  const control = controlFor(nameOf(event));
  if (!control) return;
  event.preventDefault();
  press(control);
});

// --- people are faster than the network: keys struck while a reply is on its way wait for it

const early = [];

document.addEventListener("annotator:settled", () => {
  while (early.length && !isActing() && !isLooking()) replay(early.shift());
});

function replay({ name, text }) {
  const field = document.activeElement;
  if (!isText(field)) return controlFor(name) && press(controlFor(name));
  if (text === "Enter") {
    const again = new KeyboardEvent("keydown", { key: text, bubbles: true, cancelable: true });
    // The search of speakers takes it; any other text field sends the form.
    if (field.dispatchEvent(again)) field.form?.requestSubmit(field.form.querySelector("button"));
    return;
  }
  if (text.length > 1 || field.matches("select")) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
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

function leave(text) {
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
function show() {
  if (!toggle) return;
  toggle.setAttribute("aria-pressed", String(on()));
  toggle.textContent = `Single keys: ${on() ? "on" : "off"}`;
  document.documentElement.classList.toggle("keyless", !on());
}
toggle?.addEventListener("click", () => {
  localStorage.setItem(SWITCH, on() ? "off" : "on");
  show();
});
show();
