// The fields of a claim that hold its mention and its evidence, as spans and as words, and the
// underlines that show them in the text. A `change` of the fields is what saves them (saving.js).

import { form } from "./shown.js";
import { column, nodesOf, startOf, textOf, wordsOf } from "./words.js";

/** @param {string} text @returns {Span[]} */
export const parse = (text) =>
  text ? text.split(",").map((span) => /** @type {Span} */ (span.split("-").map(Number))) : [];
/** @param {Span[]} spans */
export const write = (spans) => spans.map((span) => span.join("-")).join(",");

// The claim to which a control belongs, and where its spans and its words are kept.
/** @param {Found} control */
export function fieldsOf(control) {
  const [prefix] = control.closest(".claim").querySelector('[name^="claims-"]').name.match(/^claims-\d+/);
  /** @param {string} name */
  const named = (name) => form().elements.namedItem(`${prefix}-${name}`);
  return control.dataset.pick === "mention"
    ? { spans: named("span"), words: named("mention") }
    : { spans: named("evidence"), words: named("evidence_words") };
}

// The fields of a claim's mention; null where the codebook has none.
/** @param {Found} control @returns {SpanFields | null} */
export function mentionOf(control) {
  const [prefix] = control.closest(".claim").querySelector('[name^="claims-"]').name.match(/^claims-\d+/);
  const spans = form().elements.namedItem(`${prefix}-span`);
  const words = form().elements.namedItem(`${prefix}-mention`);
  return spans && words && { spans, words };
}

/** @param {SpanFields} fields @param {Span[]} chosen */
export function put({ spans, words }, chosen) {
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
export function join(spans, [start, end]) {
  const apart = spans.filter((span) => span[1] < start || span[0] > end);
  const touched = spans.filter((span) => !apart.includes(span));
  /** @type {Span} */
  const whole = [
    Math.min(start, ...touched.map((span) => span[0])),
    Math.max(end, ...touched.map((span) => span[1])),
  ];
  return [...apart, whole].sort((one, other) => one[0] - other[0]);
}

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

export function mark() {
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
