// Find or add: a combobox over the speakers of the project. The server knows who fits and what can be added;
// this file shows its list, moves in it and presses "Use". The empty wording of an unnamed source has one, too.

import { busyWhile, isBusy } from "../busy.js";
import { find } from "../find.js";
import { ask, optionsHere, sourcesHere, withMet } from "./offered.js";
import { setMention } from "./proposed.js";
import { alert } from "./saying.js";
import { parse } from "./span-fields.js";
import { wordsOf } from "./words.js";

const WAIT = 120;

const NAME = 'input[name$="-new_name"]:not([type=hidden])';
const WORDING = '#answer input[name$="-wording"]:not([type=hidden])';
/** @param {Element | null} element */
const isName = (element) => Boolean(element?.matches?.(NAME));
/** @param {Element | null} element */
const hasList = (element) => isName(element) || Boolean(element?.matches?.(WORDING));

let open = ""; // the id of the field whose list is shown
let active = -1; // which option Enter takes
/** @type {HTMLElement[]} */
let shown = []; // the options, kept because a reply may redraw the form around them
let asked = 0; // counts questions, so that late answers are dropped
let timer = 0;
let waiting = false; // a question is under way or about to be asked
let entered = false; // Enter was struck before the answer came
let moves = 0; // arrows struck before the answer came: down is one, up is minus one

// Whether keys have to wait: Enter was struck, and what it takes is not known yet.
busyWhile(() => entered);

const input = () => document.getElementById(open);
/** @param {Found} field */
const listOf = (field) => document.getElementById(`${field.id}-found`);
/** @param {string} words */
const say = (words) => (find("#status").textContent = words);
/** @param {Found} field @param {string} name */
const part = (field, name) => field.form.elements[field.name.replace(/new_name$/, name)];

// --- what assistive technology hears of the field

function prepare() {
  for (const field of document.querySelectorAll(`${NAME}, ${WORDING}`)) {
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", `${field.id}-found`);
    field.setAttribute("aria-expanded", "false");
  }
  if (!open) return;
  if (hasList(input()) && input() === document.activeElement) show(shown, active);
  else close();
}
document.addEventListener("htmx:after:swap", prepare);
prepare();

// --- asking

/** @param {Found} field @param {number} [wait] */
function look(field, wait = WAIT) {
  clearTimeout(timer);
  const question = (asked += 1);
  if (!field.value.trim()) return offer(field);
  waiting = true;
  // What the sentence proposes does not fit what is typed.
  if (open === field.id && shown.at(-1)?.dataset.words !== undefined) show([], -1);
  listOf(field).setAttribute("aria-busy", "true");
  timer = setTimeout(async () => {
    const options = await ask(field);
    if (question !== asked) return;
    if (!field.isConnected || field !== document.activeElement) return close();
    waiting = false;
    listOf(field).setAttribute("aria-busy", "false");
    const blind = moves;
    moves = 0;
    if (!options) {
      entered = false;
      close();
      alert("The list of speakers could not be loaded. Choose a type and press Use.");
      return release("asked");
    }
    open = field.id;
    // Whoever has chosen a type describes somebody new: nothing is proposed for Enter.
    const free = !part(field, "new_type").value;
    const likely = free && options[0]?.dataset.likely !== undefined;
    // Nobody fits or might be meant: the first type is proposed, to be seen before it is taken.
    const fresh = free && options.every((option) => !option.dataset.speaker);
    show(options, likely || (fresh && options.length) ? 0 : -1);
    for (let step = 0; step < Math.abs(blind); step += 1) move(blind > 0);
    tell(options);
    if (!entered) return;
    entered = false;
    // What arrows reached unseen is shown before it is taken, as the proposed type is.
    release(!fresh && !blind && enter(field) ? null : "asked");
  }, wait);
}

/** Nothing is typed: whoever is proposed here, then those who have no button in the row. @param {Found} field */
async function offer(field) {
  close();
  const here = (isName(field) ? optionsHere : sourcesHere)(field.closest(".claim"));
  open = field.id;
  show(here, -1);
  const question = asked;
  const all = isName(field) && (await withMet(field, here));
  const still = question === asked && open === field.id && !field.value.trim();
  if (all && still) show(all, all.indexOf(shown[active])); // what is chosen stays, wherever it stands now
}

/** @param {Settled} [detail] */
function release(detail = null) {
  entered = false;
  document.dispatchEvent(new CustomEvent("annotator:settled", { detail }));
}

// --- showing

/** @param {HTMLElement[]} options @param {number} index */
function show(options, index) {
  const field = input();
  shown = options;
  listOf(field).replaceChildren(...options);
  listOf(field).hidden = options.length === 0;
  field.setAttribute("aria-expanded", String(options.length > 0));
  activate(index);
}

/** @param {HTMLElement[]} options */
function tell(options) {
  const known = options.filter((option) => option.dataset.speaker).length;
  const ways = options.length - known;
  const found = known === 1 ? "1 speaker found" : `${known || "No"} speakers found`;
  say(ways ? `${found}, ${ways} ways to add the name` : found);
}

/** @param {number} index */
function activate(index) {
  active = index;
  shown.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
  if (index < 0) return input().removeAttribute("aria-activedescendant");
  input().setAttribute("aria-activedescendant", shown[index].id);
  shown[index].scrollIntoView({ block: "nearest" });
}

// The next option or the one before, around the ends.
/** @param {boolean} down */
function move(down) {
  const last = shown.length - 1;
  if (last < 0) return;
  if (down) activate(active === last ? 0 : active + 1);
  else activate(active > 0 ? active - 1 : last);
}

function close() {
  clearTimeout(timer);
  asked += 1;
  moves = 0;
  for (const list of document.querySelectorAll(".found")) list.removeAttribute("aria-busy");
  const field = input();
  open = "";
  shown = [];
  active = -1;
  waiting = false;
  // Whoever has gone elsewhere meanwhile does not wait for what Enter would have taken.
  if (entered) release("not shown");
  if (!field) return;
  listOf(field)?.replaceChildren();
  if (listOf(field)) listOf(field).hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

// --- taking

// What Enter does once it is known who fits; false where it only proposes.
/** @param {Found} field */
function enter(field) {
  const takes = active >= 0 || Boolean(part(field, "new_type").value);
  if (active >= 0) take(shown[active]);
  else if (takes) submit(field);
  else if (shown.length) activate(0);
  return takes;
}

/** @param {HTMLElement} option */
function take(option) {
  const field = input();
  const { speaker, name, type, wording, sure, span, chip: here } = option.dataset;
  if (option.dataset.words !== undefined) {
    close();
    return document.dispatchEvent(new CustomEvent("annotator:pick", { detail: field })); // spans.js
  }
  if (span) {
    close();
    field.value = wordsOf(parse(span)[0]);
    setMention(field, span);
    return field.form.requestSubmit(field.closest(".asks-unnamed").querySelector("button"));
  }
  if (here) {
    const press = field.form.querySelector(`.chips button[value="${here}"]`);
    close();
    return press.click();
  }
  /** @param {string} value */
  const chip = (value) => document.getElementById(field.id.replace(/new_name$/, `speaker-${value}`));
  if (speaker && chip(speaker)) {
    chip(speaker).checked = true;
  } else if (speaker) {
    field.value = name;
    part(field, "new_type").value = "";
  } else if (wording) {
    part(field, "wording").value = wording;
    chip("unnamed").checked = true;
  } else {
    if (name) field.value = name; // named in this article
    part(field, "new_type").value = type;
    part(field, "sure").value = sure === undefined ? "" : "y";
  }
  close();
  submit(field);
}

/** @param {Found} field */
function submit(field) {
  field.form.requestSubmit(field.closest(".asks-new").querySelector("button"));
}

// --- keys and the mouse

document.addEventListener("input", ({ target }) => {
  if (target.matches?.(WORDING)) target.value.trim() ? close() : offer(target);
  if (!isName(target)) return;
  part(target, "sure").value = "";
  look(target);
});

document.addEventListener(
  "keydown",
  (event) => {
    const field = event.target;
    // While something is on its way a key waits like any other (keys.js): it is meant for what comes.
    if (!hasList(field) || event.isComposing || isBusy()) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (handle(event.key, field)) event.preventDefault();
  },
  { capture: true },
);

/** @param {string} key @param {Found} field */
function handle(key, field) {
  if (key === "Escape") {
    const was = open !== "" && field.value.trim() !== "";
    close();
    return was;
  }
  if (key === "Tab") close();
  if (!field.value.trim()) {
    if (key === "ArrowDown" && !open) offer(field);
    // Nobody is proposed: the words themselves are all there is.
    if (key === "ArrowDown" && shown.length === 1) return take(shown[0]), true;
    if (!open || !/^Arrow(Up|Down)$|^Enter$/.test(key) || (key === "Enter" && active < 0)) return false;
    if (key === "Enter") take(shown[active]);
    else move(key === "ArrowDown");
    return true;
  }
  if (!isName(field)) return false;
  if (key === "ArrowDown" || key === "ArrowUp") {
    // A list that no longer fits what is typed is about to be replaced under the arrow.
    if (waiting) moves += key === "ArrowDown" ? 1 : -1;
    else if (!open) look(field, 0);
    else move(key === "ArrowDown");
    return true;
  }
  if (key !== "Enter") return false;
  if (waiting || !open) {
    if (!waiting && part(field, "new_type").value) return false;
    entered = true;
    look(field, 0);
    return true;
  }
  enter(field);
  return true;
}

document.addEventListener("focusin", ({ target }) => {
  if (hasList(target) && !target.value.trim()) offer(target);
});
document.addEventListener("focusout", (event) => {
  if (hasList(event.target) && event.relatedTarget) close();
});
// The field keeps the focus while an option is pressed.
document.addEventListener("pointerdown", (event) => {
  if (event.target.closest?.(".found")) event.preventDefault();
  else if (open && event.target !== input()) close();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest?.(".found [role=option]");
  if (option && open) take(option);
});
