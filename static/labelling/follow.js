// What is shown about the answer follows the form at once: the hint beside the claim, the badges in
// the margin, the state of the line, the counts in the bar. The next reply of the server brings the
// same again; until then, and without a connection, nothing on the page contradicts the form.

import * as answers from "./answers.js";
import { find } from "../find.js";
import { fieldsOf } from "./offline.js";
import { drawing } from "./saying.js";

const LONGEST = 24; // signs of a name in the margin

export function follow() {
  const form = find("form#answer");
  // A form whose choices are locked, or whose answer only the server knows, tells of nothing.
  if (!form || find("#conflict") || form.dataset.unknown !== undefined) return;
  const answer = answers.read(fieldsOf(form));
  // Words behind "Find or add" that a button has taken are a speaker; those just typed are not.
  const as = { stored: form.dataset.taken === undefined };
  const state = answers.stateOf(answer, as);
  hint(form, answer, as);
  margin(form, answer, as);
  count(state);
  tick(state, answer);
  if (state !== "todo") find("#first-steps")?.remove();
  find("#sentence").classList.remove("todo", "incomplete", "decided");
  find("#sentence").classList.add(state);
}

/** @param {Found} form @param {Answer} answer @param {AsStored} as */
function hint(form, { claims }, as) {
  const words = form.querySelector(".claim.open h3 .hint");
  const index = Number(form.querySelector(".claim.open h3")?.id.match(/\d+$/));
  if (words) words.textContent = answers.hintOf(claims[index] ?? {}, claims.length <= 1, as);
}

// --- the margin

/** @param {Found} form @param {Answer} answer @param {AsStored} as */
function margin(form, answer, as) {
  const line = find("#sentence");
  const tag = line.querySelector(".margin .tag");
  const given = answer.claims.filter((claim) => !answers.isEmpty(claim, as));
  const parts = given.map((claim, at) => badge(form, claim, at));
  const status = form.querySelector('[name="status"]:checked');
  if (status) parts.push(paragraph("badge", status.closest("label").dataset.badge ?? wordsOf(status)));
  if (answer.whole.unsure) parts.push(paragraph("badge warn", drawing("flag"), " unsure"));
  if (answer.whole.note || answer.claims.some((claim) => claim.note))
    parts.push(paragraph("badge", drawing("pen"), " note"));
  if (tag) parts.push(tag);
  if (!parts.length) parts.push(paragraph("badge hint", "no answer yet"));
  const place = Object.assign(document.createElement("div"), { className: "margin" });
  place.append(...parts);
  line.querySelector(".margin")?.remove();
  line.querySelector(".words").after(place);
}

/** @param {string} className @param {...(Node | string)} content */
function paragraph(className, ...content) {
  const line = Object.assign(document.createElement("p"), { className });
  line.append(...content);
  return line;
}

/** @param {Found} input */
const wordsOf = (input) => input.closest("label").querySelector("span:last-of-type").textContent;

// How the codebook calls a field that is open.
/** @param {string} field */
const openOf = (field) => find("#label").dataset[`${field}Open`];

// The control on the form that stands for a value, of whichever claim is open.
/** @param {Found} form @param {string} field @param {string} value */
function choiceOf(form, field, value) {
  const choices = [...form.querySelectorAll(`.claim.open [name$="-${field}"][type=radio]`)];
  return choices.find((choice) => value && choice.value === value)?.closest("label");
}

/** @param {Found} form @param {Claim} claim @param {number} index */
function badge(form, claim, index) {
  const fields = answers.required().filter((name) => name !== "speaker");
  const chosen = fields.map((field) => choiceOf(form, field, claim[field]));
  const { full, short, isUnnamed } = nameOf(form, claim);
  const said = chosen.map((label, at) => label?.querySelector(".word").textContent ?? openOf(fields[at]));
  const words = `claim ${index + 1}: ${[full, ...said].join(", ")}`;
  const hidden = Object.assign(document.createElement("span"), { className: "hidden", textContent: words });
  const shown = document.createElement("span");
  shown.ariaHidden = "true";
  const name = isUnnamed ? Object.assign(document.createElement("em"), { textContent: `“${short}”` }) : short;
  shown.append(...chosen.flatMap((label) => [markOf(label), " "]), name);
  return paragraph("badge", hidden, shown);
}

// The shape of a value, in the colour that its control has.
/** @param {Found} label */
function markOf(label) {
  const mark = label?.querySelector("svg:is(.shape, .bars)")?.cloneNode(true);
  const colour = label?.className.replace(/\bchoice\b/, "").trim();
  if (mark?.matches(".shape") && colour) mark.classList.add(colour);
  return mark ?? "…";
}

/** @param {Found} form @param {Claim} claim */
function nameOf(form, { speaker, new_name: fresh, wording }) {
  const label = choiceOf(form, "speaker", speaker);
  const typed = { new: fresh, unnamed: wording }[speaker];
  const full = typed ?? label?.querySelector(".word").dataset.word;
  if (!full || typed === "") return { full: openOf("speaker"), short: "…" };
  if (label.matches(".narrator")) return { full, short: full[0] + full.slice(1).toLowerCase() };
  const cut = full.length > LONGEST ? `${full.slice(0, LONGEST - 1).trimEnd()}…` : full;
  return { full, short: shortOf(full) ?? cut, isUnnamed: label.matches(".unnamed, .new-unnamed") };
}

// The server's short form of a name, where a badge on the page has it already.
/** @param {string} full */
function shortOf(full) {
  for (const line of document.querySelectorAll("#label .margin .badge > .hidden"))
    if (line.textContent.includes(`: ${full}, `))
      return line.nextElementSibling.lastChild.textContent.replace(/[“”]/g, "").trim();
  return null;
}

// --- the counts in the bar: the server's, and what was changed here since

/** @param {string} state */
function count(state) {
  const by = Number(state === "decided") - Number(find("#sentence").matches(".decided"));
  if (by) showCount(find("#progress progress")?.value + by);
}

/** @param {number} decided */
export function showCount(decided) {
  const bar = find("#progress progress");
  const words = find("#progress .count");
  if (!bar || !words) return;
  bar.value = decided;
  words.textContent = `${decided.toLocaleString("en")} of ${bar.max.toLocaleString("en")}`;
}

/** @param {string} state @param {Answer} answer */
function tick(state, { whole }) {
  const strip = find("#progress .strip:not(.position)");
  const position = Number(find("#sentence a.number").pathname.split("/").at(-1));
  const here = strip?.children[position];
  if (!here) return;
  const isHalf = state === "incomplete" || whole.unsure;
  for (const old of strip.querySelectorAll(".now")) mark(old, 8, 11, "");
  mark(here, 1, 18, isHalf ? "half now" : `${state} now`);
}

/** @param {Found} tick @param {number} y @param {number} height @param {string} className */
function mark(tick, y, height, className) {
  tick.setAttribute("y", y);
  tick.setAttribute("height", height);
  if (className) tick.setAttribute("class", className);
  else tick.classList.remove("now");
}
