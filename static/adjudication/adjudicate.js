// The adjudicate page: what happens around a reply of the server. Everything it does is a form or a
// link that also works without this file; keys.js presses them.

import { busyWhile } from "../busy.js";
import "../faults.js";
import { find } from "../find.js";

let underWay = 0;

busyWhile(() => underWay > 0);
document.addEventListener("htmx:before:request", () => (underWay += 1));
document.addEventListener("htmx:finally:request", () => {
  underWay = Math.max(0, underWay - 1);
  document.dispatchEvent(new Event("annotator:settled"));
});

// A reply that names an element wants the focus there; another sentence is read out from its top.
let shown = find("#case");
document.addEventListener("htmx:after:swap", () => {
  // The link has joined its chain; left in the list, the next button would add it once more.
  for (const list of document.querySelectorAll('.edit select[name$="-via_add"]')) list.value = "";
  const sentence = find("#case");
  const work = find("#work");
  if (sentence !== shown) {
    shown = sentence;
    find("#status").textContent = sentence?.dataset.said ?? "";
    focus(sentence?.dataset.focus);
    scrollTo(0, 0);
  } else if (work?.dataset.focus) {
    focus(work.dataset.focus);
  } else if (find(".edit") && !find(".edit").contains(document.activeElement)) {
    find(".edit h3").focus();
  } else if (document.activeElement === document.body) {
    focus("sentence-heading");
  }
});

/** @param {string} [id] */
function focus(id) {
  document.getElementById(id ?? "")?.focus();
}

// In the reason Enter decides, Shift and Enter make a new line.
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "reason" || event.key !== "Enter" || event.shiftKey) return;
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  find("#decide")?.click();
});

// In the list of links Enter adds the one that is chosen; with none chosen the edit is done.
document.addEventListener(
  "keydown",
  (event) => {
    const list = event.target;
    if (event.key !== "Enter" || !list.matches?.('.edit select[name$="-via_add"]')) return;
    event.preventDefault();
    if (list.value) find(`#${list.id.replace(/-via_add$/, "-link")}`).click();
    else find('.edit [value="done"]').click();
  },
  true,
);

// "Another speaker" opens its field.
document.addEventListener("change", ({ target }) => {
  if (target.value === "new" && target.checked) find(".edit .asks-new .input")?.focus();
});

focus(find("#work")?.dataset.focus);
