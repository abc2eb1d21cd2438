// Goes on without the server: reads an answer out of the form, and draws the server's own blank
// form, filled, into any sentence on the page. It never decides what is stored.

import { hintOf, isEmpty, read, required } from "./answers.js";
import { find } from "../find.js";
import { drawing } from "./saying.js";
import * as same from "./same.js";
import { pathOf } from "./shown.js";
import { textOf } from "./words.js";
import { random } from "../waiting.js";

const blank = find("template#blank");
// What belongs to one act of saving and not to the answer.
const OF_THE_SAVE = "csrf_token revision key seconds user open leave drop act".split(" ");

/** @param {string} path */
export const lineOf = (path) =>
  [...document.querySelectorAll("#label li.line")].find((line) => pathOf(line) === path);

// Where a sentence lies in the article: an answer belongs to these words, whatever its number.
/** @param {Element} line */
export function spanOf(line) {
  const { start, end } = line.querySelector(".words").dataset;
  return `${start}-${end}`;
}

// The fields of an answer as pairs, without what belongs to the save.
/** @param {HTMLFormElement} form @returns {Field[]} */
export const fieldsOf = (form) =>
  /** @type {Field[]} */ ([...new FormData(form)]).filter(([name]) => !OF_THE_SAVE.includes(name));

// --- drawing

/** @param {Found} root @param {number} from @param {number} to */
function renumber(root, from, to) {
  const pattern = new RegExp(`\\b(claims?|copy|remove|down|edit|unvia|speaker|sure)-${from}\\b`, "g");
  for (const element of [root, ...root.querySelectorAll("*")])
    for (const attribute of element.attributes)
      attribute.value = attribute.value.replace(pattern, `$1-${to}`);
  return root;
}

// The first piece of text in an element that is more than space.
/** @param {Element} element @param {string} text */
function setText(element, text) {
  const node = [...element.childNodes].find((one) => one.nodeType === 3 && one.textContent?.trim());
  if (node) node.textContent = text;
}

/** @param {Element} root @param {string} name @param {string} value */
function fill(root, name, value) {
  const fields = [...root.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  const choice = fields.find((field) => /radio|checkbox/.test(field.type) && field.value === value);
  const text = fields.find((field) => !/radio|checkbox/.test(field.type));
  if (choice) choice.checked = true;
  else if (text) text.value = value;
  // A value without a control of its own here must not get lost on the way.
  else {
    // Among radios it is one more of them, so that another choice takes its place.
    const type = fields.length && fields.every((field) => field.type === "radio") ? "radio" : "hidden";
    root.append(Object.assign(document.createElement("input"), { type, name, value, hidden: true, checked: true }));
  }
}

/** @param {Element} pattern @param {Claim} claim @param {number} index @param {number} count */
function drawOpen(pattern, claim, index, count) {
  const section = renumber(pattern.cloneNode(true), 0, index);
  if (index === count - 1) section.querySelector('[value^="down-"]')?.remove();
  if (count === 1 && isEmpty(claim)) section.querySelector('[value^="remove-"]')?.remove();
  setText(section.querySelector("h3"), `Claim ${index + 1} `);
  section.querySelector("h3 .hint").textContent = hintOf(claim, count === 1);
  for (const [name, value] of Object.entries(claim)) fill(section, `claims-${index}-${name}`, value);
  for (const name of ["mention", "via", "note"]) {
    const toggle = section.querySelector(`#claims-${index}-show-${name}`);
    if (toggle) toggle.checked = Boolean(claim[name]);
  }
  return section;
}

/** @param {Element} pattern @param {Claim} claim @param {number} index
 * @param {(field: string, value: string) => string | undefined} words */
function drawShut(pattern, claim, index, words) {
  const row = renumber(pattern.cloneNode(true), 1, index);
  const hints = [...row.querySelectorAll(":scope > .hint")];
  hints[0].textContent = index + 1;
  // The blank claim has nothing chosen: its words for an open field are those of the codebook.
  const who = row.querySelector(".who");
  who.textContent = words("speaker", claim.speaker) ?? (claim.new_name || claim.wording || who.textContent);
  const fields = required().filter((name) => name !== "speaker");
  for (const [at, name] of fields.entries()) {
    const hint = hints.at(at - fields.length);
    hint.textContent = words(name, claim[name]) ?? hint.textContent;
  }
  row.querySelector("button .hidden").textContent = ` claim ${index + 1}`;
  for (const input of row.querySelectorAll("input")) input.remove();
  for (const [name, value] of Object.entries(claim)) fill(row, `claims-${index}-${name}`, value);
  return row;
}

// Speakers met since the page was loaded are on the form that is shown.
function learnSpeakers() {
  const shown = find("#sentence .claim.open .chips [role=radiogroup]");
  const place = blank.content.querySelector(".claim.open .chips [role=radiogroup]");
  if (!shown || shown === place) return;
  const chips = shown.cloneNode(true);
  const index = shown.querySelector("input")?.name.match(/\d+/)?.[0] ?? 0;
  for (const input of chips.querySelectorAll("input")) {
    input.removeAttribute("checked");
    input.checked = false; // a clone is checked as its original is
    input.removeAttribute("data-mention"); // words of another sentence
  }
  place.replaceWith(renumber(chips, index, 0));
}

// Draw the answer form of the current sentence; without an answer, say that it is not known here.
/** @param {{ answer?: Answer | null, open?: number, revision?: string | number }} drawn */
export function draw({ answer, open = 0, revision = 0 }) {
  const line = find("#sentence");
  if (!blank || !line?.querySelector("form#answer")) return false;
  learnSpeakers();
  const path = pathOf(line);
  const form = blank.content.querySelector("form").cloneNode(true);
  const number = Number(path.split("/").at(-1)) + 1;
  form.setAttribute("action", path);
  form.setAttribute("hx-post", path);
  form.setAttribute("aria-label", `Answer for sentence ${number}`);
  form.elements.revision.value = revision;
  setText(form.querySelector("h2"), `Sentence ${number.toLocaleString("en")} `);
  form.elements.span.value = spanOf(line);
  form.elements.key.value = random();
  form.querySelector(".pinned")?.replaceChildren(textOf(line.querySelector(".words")));
  const inFiles = form.querySelector(".where .hint");
  if (inFiles) inFiles.textContent = inFiles.textContent.replace(/\(\d+/, `(${number - 1}`);
  aim(form, path, number);
  const [first, second] = form.querySelectorAll(".claim");
  const claims = answer?.claims.length ? answer.claims : [{}];
  form.elements.open.value = open;
  /** @param {string} field @param {string} value */
  const words = (field, value) =>
    [...first.querySelectorAll(`[name="claims-0-${field}"]`)]
      .find((radio) => radio.value === value && !["new", "unnamed"].includes(value))
      ?.closest("label")?.querySelector(".word")?.textContent;
  const others = claims.map((claim, index) => (index === open ? [] : drawShut(second, claim, index, words))).flat();
  if (others.length) second.replaceWith(...others);
  else second.parentElement.remove();
  first.replaceWith(drawOpen(first, claims[open] ?? {}, open, claims.length));
  setText(form.querySelector('[value="add"]'), ` Add claim ${claims.length + 1}`);
  for (const [name, value] of Object.entries(answer?.whole ?? {})) fill(form, name, value);
  if (answer) same.offer(form, answer, path, blank.dataset.same ?? "");
  else hide(form);
  line.querySelector("#answer").replaceWith(form);
  return true;
}

/** @param {Element} form @param {string} path @param {number} number */
function aim(form, path, number) {
  /** @param {number} position */
  const to = (position) => path.replace(/\d+$/, String(position));
  const back = form.querySelector("#back");
  const skip = form.querySelector("#skip");
  if (number > 1) back.setAttribute("href", to(number - 2));
  else back.remove();
  if (lineOf(to(number)) || find(".window")) skip.setAttribute("href", to(number));
  else skip.remove();
}

// An answer that only the server has: nothing may be written over it unseen.
/** @param {Found} form */
function hide(form) {
  const keys = form.querySelector("#next").dataset.key ?? "";
  for (const part of form.querySelectorAll(".claim, .work .actions, #others, #next")) part.remove();
  const notice = Object.assign(document.createElement("p"), { className: "notice go" });
  notice.textContent = "This answer is shown when the connection is back.";
  form.querySelector("#said").prepend(notice);
  const skip = form.querySelector("#skip");
  if (skip) skip.dataset.key = `${skip.dataset.key ?? ""} ${keys}`.trim();
  form.dataset.unknown = "";
}

// --- moving

/** @type {Record<string, [shape: string, words: string]>} */
const MARKS = { decided: ["tick", "answered "], incomplete: ["half-tick", "incomplete, "] };

// What a number shows of a sentence that is not the current one.
/** @param {Element} line */
function stateMark(line) {
  const [shape, words] = MARKS[Object.keys(MARKS).find((state) => line.classList.contains(state)) ?? ""] ?? [];
  if (!shape) return [];
  const said = Object.assign(document.createElement("span"), { className: "hidden", textContent: words });
  return [drawing(shape), said];
}

// Make the current sentence one like the others.
/** @param {Found} old */
export function leaveLine(old) {
  for (const part of old.querySelectorAll("#answer, #replies")) part.remove();
  old.querySelector("a.number svg")?.remove();
  old.querySelector("a.number").prepend(...stateMark(old));
  const words = old.querySelector(".words");
  for (const part of [old, words]) part.removeAttribute("id");
  old.classList.remove("current");
  old.removeAttribute("aria-current");
  for (const mark of words.querySelectorAll(":is(.mention, .evidence)")) mark.replaceWith(...mark.childNodes);
  words.normalize();
  const tag = old.querySelector(".margin .tag");
  if (tag && old.matches(".decided")) tag.textContent = tag.textContent.replace(/\?$/, "");
}

// Make another sentence of the page the current one; false where the page does not have it.
/** @param {string} path @param {Entry} [entry] */
export function enter(path, entry) {
  const [old, line] = [find("#sentence"), lineOf(path)];
  if (!blank || !line || !old?.querySelector("form#answer")) return false;
  if (line === old) return true;
  learnSpeakers();
  const mark = old.querySelector("a.number svg");
  const form = old.querySelector("#answer");
  same.remember(read(fieldsOf(form)), pathOf(old));
  leaveLine(old);
  for (const own of line.querySelectorAll("a.number :is(svg, .hidden:not(:last-of-type))")) own.remove();
  line.querySelector("a.number").prepend(mark);
  line.id = "sentence";
  line.querySelector(".words").id = "sentence-words";
  line.classList.add("current");
  line.setAttribute("aria-current", "true");
  const known = line.matches(".decided, .incomplete") && !entry;
  line.append(form);
  const answer = known ? null : read(entry?.fields ?? []);
  return draw({ answer, revision: entry?.revision ?? 0 });
}

// Say in the margin that the answer beside it is still on its way.
/** @param {string} path */
export function markWaiting(path) {
  const margin = lineOf(path)?.querySelector(".margin");
  if (!margin || margin.querySelector("[data-waits]")) return;
  const badge = Object.assign(document.createElement("p"), { className: "badge hint" });
  badge.dataset.waits = "";
  badge.textContent = "not sent yet";
  margin.append(badge);
}
