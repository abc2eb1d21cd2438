// Precedents over the article, below the sentence: fetched when asked for, shut when another sentence
// comes. Without this file the link opens their page.

import { find } from "../find.js";
import { shownPath } from "./shown.js";

const panel = find("#precedents");
const link = find("#precedents-link");
/** @type {Found} */
let opener = null;
let of = ""; // the sentence whose precedents are shown

async function open() {
  const path = shownPath();
  opener = document.activeElement === document.body ? null : document.activeElement;
  try {
    const reply = await fetch(`${path}/precedents`);
    if (!reply.ok || reply.redirected) throw new Error(String(reply.status));
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const found = page.querySelector("#precedents-found");
    if (!found) throw new Error("no precedents");
    find("#precedents-body").replaceChildren(document.importNode(found, true));
  } catch {
    find("#alert").textContent = "Precedents could not be loaded. Try again.";
    return;
  }
  if (path !== shownPath()) return;
  of = path;
  find("#codebook:not([hidden]) #close-codebook")?.click();
  panel.hidden = false;
  panel.scrollTop = 0;
  find("#precedents-heading").focus({ preventScroll: true });
}

/** @param {boolean} [back] */
function close(back = true) {
  if (panel.hidden) return;
  const inside = panel.contains(document.activeElement);
  panel.hidden = true;
  if (back && inside) (opener?.isConnected ? opener : find("#sentence-heading"))?.focus({ preventScroll: true });
}

document.addEventListener(
  "click",
  (event) => {
    const there = event.target.closest?.("a");
    if (there && there !== link && there.target === "codebook") close(false);
    if (there !== link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    find("#menu:popover-open")?.hidePopover();
    if (panel.hidden) open();
    else close();
  },
  { capture: true },
);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || panel.hidden || event.isComposing || find("dialog[open]")) return;
  if (event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
  event.preventDefault();
  close();
});

find("#close-precedents").addEventListener("click", () => close());
document.addEventListener("annotator:settled", () => shownPath() !== of && close());
