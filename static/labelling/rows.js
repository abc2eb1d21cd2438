// The rows of the speakers: once a sentence has needed one more, the next ones keep it, so that what
// stands below goes down at most once and never up again.

import { find } from "../find.js";

const MOST = 7;
const GAP = 4; // pixels between rows
const root = document.documentElement;

export function keepRows() {
  const chips = find("#answer .voices .chips");
  const first = chips?.querySelector(".choice");
  if (!first) return;
  const rows = Math.floor(chips.scrollHeight / (first.offsetHeight + GAP));
  if (rows > Number(root.dataset.rows ?? 3)) root.dataset.rows = String(Math.min(rows, MOST));
}

addEventListener("resize", () => {
  delete root.dataset.rows;
  keepRows();
});
keepRows();
