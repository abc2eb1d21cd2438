// Picks the words of a mention or of evidence: with the mouse, or with a cursor that moves by word.
// Spans are code points of the article, end exclusive: the words are article.text[start:end].
// What is picked goes into the fields of the form (span-fields.js).

import { find } from "../find.js";
import { setMention } from "./proposed.js";
import { fieldsOf, join, mark, parse, put, write } from "./span-fields.js";
import { WORDS, column, pointAt, selected, selection, stopsOf, wordsOf } from "./words.js";

const root = document.documentElement;
const cursor = find("#word-cursor");

/** @type {Picking | null} */
let picking = null;
const now = () => /** @type {Picking} */ (picking); // where it is known that words are being picked

/** @param {string} words */
const say = (words) => {
  find("#status").textContent = words;
};
const button = () => document.getElementById(now().id);
/** @returns {Span} */
const chosen = () => {
  const { stops, anchor, head } = now();
  return [stops[Math.min(anchor, head)].start, stops[Math.max(anchor, head)].end];
};

// Picks the words of a text field: a name or an unnamed source, and its mention with it.
/** @param {Found} field */
function pickInto(field) {
  const stops = column().flatMap(stopsOf);
  const here = Math.max(stops.findIndex((stop) => stop.words.id === "sentence-words"), 0);
  if (!stops.length) return;
  picking = { id: field.id, kind: "speaker", stops, anchor: here, head: here };
  root.dataset.picks = picking.kind;
  show();
}

/** @param {Found} field @param {Span} span */
function takeInto(field, span) {
  end();
  field.value = wordsOf(span);
  setMention(field, write([span]));
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {Found} control */
function begin(control) {
  const span = selected();
  picking = { id: control.id, kind: control.dataset.pick, stops: column().flatMap(stopsOf), anchor: 0, head: 0 };
  if (span) return take(span);
  const fields = fieldsOf(control);
  const old = picking.kind === "mention" ? parse(fields.spans.value)[0] : null;
  /** @param {Stop} stop */
  const inside = (stop) => old && stop.start < old[1] && stop.end > old[0];
  const here = picking.stops.findIndex((stop) => stop.words.id === "sentence-words");
  picking.anchor = Math.max(picking.stops.findIndex(inside), 0) || Math.max(here, 0);
  picking.head = Math.max(picking.stops.findLastIndex(inside), picking.anchor);
  // What belongs to a name mostly stands before it ("Defense Secretary"): the head is there.
  const name = picking.kind === "mention" && !old && nameIn(picking.stops, control);
  if (name) [picking.head, picking.anchor] = name;
  if (picking.kind === "mention" && !old) near(picking, control, name);
  if (!picking.stops.length) return (picking = null);
  root.dataset.picks = picking.kind;
  show();
}

// Begin at the proposed words in which the name stands, or else at words that stand for somebody
// ("the president": a name that nobody proposes says whose something is), or at whatever is proposed
// first.
/** @param {Picking} begun @param {Found} control @param {false | number[]} name */
function near(begun, control, name) {
  // Whom the words are to mean is not known yet.
  if (!control.closest(".claim").querySelector(".chips :checked")) return;
  const chips = [...control.closest(".claim").querySelectorAll(".chips button[data-span]")];
  const proposed = chips.flatMap((chip) => parse(chip.dataset.span));
  /** @param {Span} span */
  const holds = ([start, end]) =>
    name && begun.stops[name[0]].start >= start && begun.stops[name[1]].end <= end;
  const roles = parse(control.dataset.role ?? "");
  const span = proposed.find(holds) ?? [...roles, ...(name ? [] : proposed)][0];
  if (!span) return;
  /** @param {Stop} stop */
  const inside = (stop) => stop.start < span[1] && stop.end > span[0];
  const first = begun.stops.findIndex(inside);
  if (first >= 0) [begun.head, begun.anchor] = [first, begun.stops.findLastIndex(inside)];
}

// The first and last stop of the sentence that stand in the name of the claim's speaker, if any.
/** @param {Stop[]} stops @param {Found} control */
function nameIn(stops, control) {
  const chip = control.closest(".claim").querySelector(".chips label:has(:checked) .word");
  const parts = chip?.dataset.word.match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  /** @param {Stop} stop */
  const named = ({ words, text }) => words.id === "sentence-words" && parts.includes(text);
  const first = stops.findIndex(named);
  let last = first;
  // An initial or one small word may stand between: "James N. Mattis".
  while (first >= 0 && [1, 2].some((step) => stops[last + step] && named(stops[last + step])))
    last += named(stops[last + 1]) ? 1 : 2;
  return first >= 0 && [first, last];
}

// The cursor is the page's own selection: seen in every theme, and where a mouse goes on from.
function show() {
  const { stops, anchor, head } = now();
  const first = stops[Math.min(anchor, head)];
  const last = stops[Math.max(anchor, head)];
  cursor.hidden = false;
  cursor.focus({ preventScroll: true });
  selection().setBaseAndExtent(
    ...pointAt(first.words, first.start), ...pointAt(last.words, last.end),
  );
  stops[head].words.scrollIntoView({ block: "nearest" });
  say(wordsOf(chosen()));
}

/** @param {string} key @param {boolean} extend */
function move(key, extend) {
  const { stops, head } = now();
  const { words } = stops[head];
  const first = stops.findIndex((stop) => stop.words === words);
  const last = stops.findLastIndex((stop) => stop.words === words);
  const leftwards = getComputedStyle(words).direction === "rtl" ? 1 : -1;
  const before = stops[first - 1]?.words;
  /** @type {Record<string, number>} */
  const there = {
    ArrowLeft: head + leftwards,
    ArrowRight: head - leftwards,
    ArrowUp: before ? stops.findIndex((stop) => stop.words === before) : head,
    ArrowDown: last + 1 < stops.length ? last + 1 : head,
    Home: first,
    End: last,
  };
  now().head = Math.min(Math.max(there[key], 0), stops.length - 1);
  if (!extend) now().anchor = now().head;
  show();
}

function end(back = true) {
  const from = button();
  picking = null;
  delete root.dataset.picks;
  if (!back) return void (cursor.hidden = true);
  selection().removeAllRanges();
  from?.focus({ preventScroll: true });
  cursor.hidden = true;
}

/** @param {Span} span */
function take(span) {
  const { kind } = now();
  if (kind === "speaker") return takeInto(button(), span);
  const fields = fieldsOf(button());
  end();
  put(fields, kind === "mention" ? [span] : join(parse(fields.spans.value), span));
  say(`${kind === "mention" ? "Mention" : "Evidence"}: ${wordsOf(span)}`);
}

// Clears the mention; of evidence, the stretches that the cursor touches.
function clear() {
  const { kind } = now();
  if (kind === "speaker") return end();
  const [start, stop] = chosen();
  const fields = fieldsOf(button());
  const kept = parse(fields.spans.value).filter((span) => span[1] <= start || span[0] >= stop);
  end();
  put(fields, kind === "mention" ? [] : kept);
  say(`${kind === "mention" ? "Mention" : "Evidence"} removed`);
}

// Leaves the cursor for the text field.
function type() {
  if (now().kind === "speaker") return end();
  const { words } = fieldsOf(button());
  selection().removeAllRanges();
  words.focus();
}

/** @type {Record<string, () => void>} */
const ACTS = { Enter: () => take(chosen()), Delete: clear, Escape: () => (end(), say("")) };

// The list of "Find or add" leads here, too (speakers.js).
document.addEventListener("annotator:pick", ({ detail }) => pickInto(detail));

// First of all listeners: while the cursor is there, no key means anything else.
document.addEventListener(
  "keydown",
  (event) => {
    if (!picking) return leaveField(event);
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    event.stopImmediatePropagation();
    if (event.key.length > 1 && !/^(Arrow|Home$|End$|Enter$|Delete$|Escape$|Tab$|Backspace$)/.test(event.key))
      return;
    event.preventDefault();
    if (/^(Arrow|Home|End)/.test(event.key)) move(event.key, event.shiftKey);
    else if (event.key === "Tab") event.shiftKey ? end() : type();
    else if (!event.repeat && !event.shiftKey) ACTS[event.key]?.();
  },
  { capture: true },
);

// Escape in the text field leads back to the button it belongs to.
/** @param {KeyboardEvent & { target: Found }} event */
function leaveField(event) {
  const row = event.key === "Escape" && event.target.closest?.(".asks-mention, .asks-evidence");
  if (!row) return;
  event.stopImmediatePropagation();
  const kind = row.matches(".asks-mention") ? "mention" : "evidence";
  row.closest(".claim").querySelector(`[id$="-pick-${kind}"]`)?.focus();
}

// Whoever goes elsewhere has left the cursor; a press in the article focuses what lies under it.
document.addEventListener("focusin", (event) => {
  if (picking && !dragging && event.target !== cursor) end(false);
});

document.addEventListener("click", (event) => {
  const control = event.target.closest?.("button[data-pick]");
  if (!control) return;
  if (!control.dataset.unpick) return begin(control);
  const fields = fieldsOf(control);
  const kept = parse(fields.spans.value).filter((span) => write([span]) !== control.dataset.unpick);
  control.closest(".claim").querySelector(`[id$="-pick-${control.dataset.pick}"]`).focus();
  put(fields, kept);
});

// --- by mouse

let dragging = false; // the mouse went down in the article while words are being picked
let picked = false; // the click that follows belongs to picking, not to moving about

document.addEventListener("mousedown", (event) => {
  // A press of the button keeps the words that are selected.
  if (event.target.closest?.("button[data-pick]")) event.preventDefault();
  dragging = Boolean(picking && !event.button && event.target.closest?.(WORDS));
});

document.addEventListener("mouseup", () => {
  if (!dragging || !picking) return;
  dragging = false;
  picked = true;
  setTimeout(() => (picked = false));
  const span = selected();
  if (span) return take(span);
  // A plain click: the cursor goes to the word there.
  const caret = selection();
  caret.modify("extend", "forward", "word");
  const [, near] = selected() ?? chosen();
  const there = picking.stops.findIndex((stop) => stop.end >= near);
  if (there >= 0) picking.anchor = picking.head = there;
  show();
});

document.addEventListener(
  "click",
  (event) => {
    if (!picked) return;
    event.preventDefault();
    event.stopPropagation();
  },
  { capture: true },
);

// A reply has replaced the sentence: what stood outside it is drawn anew, the cursor stays.
document.addEventListener("htmx:after:swap", () => {
  mark();
  if (!picking) return;
  const places = picking.stops.map((stop) => stop.start).join();
  const stops = column().flatMap(stopsOf);
  if (!button() || stops.map((stop) => stop.start).join() !== places) return end(false);
  picking.stops = stops;
  show();
});
