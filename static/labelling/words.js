// The words of the article on the page: where a code point stands, which span a stretch of the page
// covers, and at which words the word cursor stops.

export const WORDS = "#label .words[data-start]";
export const column = () => [...document.querySelectorAll(WORDS)];

// The text of a sentence on the page; the hanging mark and what only screen readers hear are none.
/** @param {Element} words @returns {Text[]} */
export function nodesOf(words) {
  const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(/** @type {Text} */ (walker.currentNode));
  return nodes.filter((node) => !node.parentElement?.closest(".hang, .hidden"));
}

/** @param {Element} words */
export const textOf = (words) => nodesOf(words).map((node) => node.data).join("");
/** @param {Found} words */
export const startOf = (words) => Number(words.dataset.start);
/** @param {string} text */
const count = (text) => [...text].length;

// Where a code point of the article stands on the page: a text node and a place in it.
/** @param {Element} words @param {number} offset @returns {[Text, number]} */
export function pointAt(words, offset) {
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
export function wordsOf([start, end]) {
  const parts = column().map((words) =>
    [...textOf(words)].slice(Math.max(start - startOf(words), 0), Math.max(end - startOf(words), 0)),
  );
  return parts.map((signs) => signs.join("")).filter(Boolean).join(" ").split(/\s+/).join(" ").trim();
}

export const selection = () => /** @type {Selection} */ (getSelection());

export function selected() {
  const now = selection();
  return now.rangeCount && !now.isCollapsed ? spanOf(now.getRangeAt(0)) : null;
}

// --- the stops of the cursor: words, numbers and signs; punctuation only inside an abbreviation

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** @param {Found} words */
export function stopsOf(words) {
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
