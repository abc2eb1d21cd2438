// Picks the words of a mention or of evidence: with the mouse, or with a cursor that moves by word.
// Spans are code points of the article, end exclusive: the words are article.text[start:end].
// What is picked goes into the fields of the form; a `change` there is what saves it (queue.js).

import { find } from "../find.js";

const form = () => find("form#answer");
const root = document.documentElement;
const cursor = find("#word-cursor");
const WORDS = "#label .words[data-start]";
const column = () => [...document.querySelectorAll(WORDS)];

// --- words and offsets

// The text of a sentence on the page; the hanging mark and what only screen readers hear are none.
/** @param {Element} words @returns {Text[]} */
function nodesOf(words) {
  const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(/** @type {Text} */ (walker.currentNode));
  return nodes.filter((node) => !node.parentElement?.closest(".hang, .hidden"));
}

/** @param {Element} words */
const textOf = (words) => nodesOf(words).map((node) => node.data).join("");
/** @param {Found} words */
const startOf = (words) => Number(words.dataset.start);
/** @param {string} text */
const count = (text) => [...text].length;

// Where a code point of the article stands on the page: a text node and a place in it.
/** @param {Element} words @param {number} offset @returns {[Text, number]} */
function pointAt(words, offset) {
  let left = offset - startOf(words);
  for (const node of nodesOf(words)) {
    const signs = [...node.data];
    if (left <= signs.length) return [node, signs.slice(0, left).join("").length];
    left -= signs.length;
  }
  throw new RangeError(`no code point ${offset} in this sentence`);
}

// The span that a stretch of the page covers, without white space at its ends; null for none.
/** @param {Range} range @returns {Span | null} */
function spanOf(range) {
  let start = null;
  let end = null;
  for (const words of column()) {
    let at = startOf(words);
    for (const node of range.intersectsNode(words) ? nodesOf(words) : []) {
      if (range.intersectsNode(node)) {
        const from = node === range.startContainer ? range.startOffset : 0;
        const to = node === range.endContainer ? range.endOffset : node.length;
        const chosen = node.data.slice(from, to);
        if (chosen.trim()) {
          start ??= at + count(node.data.slice(0, to - chosen.trimStart().length));
          end = at + count(node.data.slice(0, from + chosen.trimEnd().length));
        }
      }
      at += count(node.data);
    }
  }
  return start === null || end === null ? null : [start, end];
}

// The words of a span, as one line.
/** @param {Span} span */
function wordsOf([start, end]) {
  const parts = column().map((words) =>
    [...textOf(words)].slice(Math.max(start - startOf(words), 0), Math.max(end - startOf(words), 0)),
  );
  return parts.map((signs) => signs.join("")).filter(Boolean).join(" ").split(/\s+/).join(" ").trim();
}

const selection = () => /** @type {Selection} */ (getSelection());

function selected() {
  const now = selection();
  return now.rangeCount && !now.isCollapsed ? spanOf(now.getRangeAt(0)) : null;
}

// --- the stops of the cursor: words, numbers and signs; punctuation only inside an abbreviation

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** @param {Found} words */
function stopsOf(words) {
  const stops = [];
  let at = startOf(words);
  for (const { segment } of segmenter.segment(textOf(words))) {
    const end = at + count(segment);
    const last = stops.at(-1);
    if (/[\p{L}\p{N}\p{S}]/u.test(segment)) {
      // The possessive is no part of a name, the verb of "I'm" none of the speaker.
      const bare = segment.replace(/['’](s|m|re|ve|ll|d)$/iu, "");
      const cut = at + count(bare);
      if (bare) stops.push({ words, start: at, end: cut, text: bare });
      if (cut < end) stops.push({ words, start: cut, end, text: segment.slice(bare.length) });
    } else if (segment === "." && last?.end === at && /\.|^\p{Lu}$/u.test(last.text)) {
      last.end = end;
    }
    at = end;
  }
  return stops;
}

// --- the fields of a claim

/** @param {string} text @returns {Span[]} */
const parse = (text) =>
  text ? text.split(",").map((span) => /** @type {Span} */ (span.split("-").map(Number))) : [];
/** @param {Span[]} spans */
const write = (spans) => spans.map((span) => span.join("-")).join(",");

// The claim to which a control belongs, and where its spans and its words are kept.
/** @param {Found} control */
function fieldsOf(control) {
  const [prefix] = control.closest(".claim").querySelector('[name^="claims-"]').name.match(/^claims-\d+/);
  /** @param {string} name */
  const named = (name) => form().elements.namedItem(`${prefix}-${name}`);
  return control.dataset.pick === "mention"
    ? { spans: named("span"), words: named("mention") }
    : { spans: named("evidence"), words: named("evidence_words") };
}

/** @param {SpanFields} fields @param {Span[]} chosen */
function put({ spans, words }, chosen) {
  const before = parse(spans.value);
  if (write(chosen) === spans.value && (chosen.length || !words.value)) return;
  // Words outside this window are known only as the server wrote them.
  const lines = words.value.split("\n");
  const known = new Map(before.map((span, index) => [write([span]), lines[index]]));
  spans.value = write(chosen);
  words.value = chosen.map((span) => wordsOf(span) || known.get(write([span])) || "").join("\n");
  mark();
  spans.dispatchEvent(new Event("change", { bubbles: true }));
}

// Evidence: one more stretch; those it touches become one with it.
/** @param {Span[]} spans @param {Span} span @returns {Span[]} */
function join(spans, [start, end]) {
  const apart = spans.filter((span) => span[1] < start || span[0] > end);
  const touched = spans.filter((span) => !apart.includes(span));
  /** @type {Span} */
  const whole = [
    Math.min(start, ...touched.map((span) => span[0])),
    Math.max(end, ...touched.map((span) => span[1])),
  ];
  return [...apart, whole].sort((one, other) => one[0] - other[0]);
}

// --- picking

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
  if (!picking.stops.length) return (picking = null);
  root.dataset.picks = picking.kind;
  show();
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
  const fields = fieldsOf(button());
  end();
  put(fields, kind === "mention" ? [span] : join(parse(fields.spans.value), span));
  say(`${kind === "mention" ? "Mention" : "Evidence"}: ${wordsOf(span)}`);
}

// Clears the mention; of evidence, the stretches that the cursor touches.
function clear() {
  const { kind } = now();
  const [start, stop] = chosen();
  const fields = fieldsOf(button());
  const kept = parse(fields.spans.value).filter((span) => span[1] <= start || span[0] >= stop);
  end();
  put(fields, kind === "mention" ? [] : kept);
  say(`${kind === "mention" ? "Mention" : "Evidence"} removed`);
}

// Leaves the cursor for the text field.
function type() {
  const { words } = fieldsOf(button());
  selection().removeAllRanges();
  words.focus();
}

/** @type {Record<string, () => void>} */
const ACTS = { Enter: () => take(chosen()), Delete: clear, Escape: () => (end(), say("")) };

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

// --- words changed by hand are found anew; the old span is none of theirs

document.addEventListener(
  "input",
  (event) => {
    const kind = event.target.name?.match(/^claims-\d+-(mention|evidence_words)$/)?.[1];
    if (!kind || event.target.form !== form()) return;
    const name = event.target.name.replace(kind, kind === "mention" ? "span" : "evidence");
    form().elements.namedItem(name).value = "";
    mark();
  },
  { capture: true },
);

// --- underlines, as the server draws them: here all claims', in other sentences the open claim's

/** @param {Element} claims @param {string} name */
function spansIn(claims, name) {
  return [...(claims?.querySelectorAll(`input[name$="-${name}"]`) ?? [])].flatMap((field) =>
    parse(field.value),
  );
}

function mark() {
  if (!form()) return;
  for (const words of column()) {
    const claims = words.id === "sentence-words" ? form() : form().querySelector(".claim.open");
    underline(words, spansIn(claims, "span"), spansIn(claims, "evidence"));
  }
}

/** @param {Found} words @param {Span[]} mentions @param {Span[]} evidence */
function underline(words, mentions, evidence) {
  /** @param {number} at */
  const classes = (at) => {
    /** @param {Span} span */
    const covers = ([start, stop]) => start <= at && at < stop;
    return [mentions.some(covers) && "mention", evidence.some(covers) && "evidence"]
      .filter(Boolean).join(" ");
  };
  const nodes = nodesOf(words);
  /** @param {Span} span */
  const near = ([start, stop]) => start < startOf(words) + textOf(words).length && stop > startOf(words);
  if (!words.querySelector(".mention, .evidence") && ![...mentions, ...evidence].some(near)) return;
  /** @type {{ kind: string, text: string }[]} */
  const pieces = [];
  [...textOf(words)].forEach((sign, index) => {
    const kind = classes(startOf(words) + index);
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += sign;
    else pieces.push({ kind, text: sign });
  });
  for (const node of nodes) node.remove();
  for (const old of words.querySelectorAll(".mention, .evidence")) old.remove();
  for (const { kind, text } of pieces) {
    const node = kind ? document.createElement("span") : document.createTextNode(text);
    if (kind) Object.assign(node, { className: kind, textContent: text });
    words.append(node);
  }
}

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
