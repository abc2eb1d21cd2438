// A save changes little on the page besides what was chosen: the buttons, which the server draws anew,
// and what stands in the way of none any more. What was chosen itself follow.js has shown at once.

import { find } from "../find.js";
import { showCount } from "./follow.js";

// Whether the form that is shown is the server's own, into which parts can be put.
export const canTakeParts = () => Boolean(find("form#answer #answer-tools"));

// Put the buttons and the picked words of a reply in the place of those on the page.
/** @param {string} text */
export function takeTools(text) {
  const form = find("form#answer");
  const focused = document.activeElement;
  const act = focused?.closest("#claim-tools, #answer-tools") && focused.getAttribute("value");
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const part of [...page.body.children]) form.querySelector(`#${part.id}`)?.replaceWith(part);
  if (act) form.querySelector(`button[value="${CSS.escape(act)}"]`)?.focus({ preventScroll: true });
  // Said of the answer before this one.
  for (const old of form.querySelectorAll("#notice, #first-steps, .error, input[name=leave], input[name=drop]"))
    old.remove();
  repeat(form);
  // Another window may have counted along.
  showCount(Number(form.querySelector("#answer-tools").dataset.decided));
}

// "Same speaker" repeats the last one chosen; where one is chosen, its button has done its work.
/** @param {Found} form */
function repeat(form) {
  const chosen = [...form.querySelectorAll('.claim.open [name$="-speaker"]:checked')].at(-1);
  if (!chosen) return;
  form.querySelector('.claim.open [data-act="same"]')?.remove();
  for (const chip of form.querySelectorAll(".claim.open .chips input[data-same]")) {
    chip.removeAttribute("data-same");
    chip.closest("label").querySelector(".phone")?.remove();
  }
  chosen.dataset.same = "";
  const words = chosen.closest("label").querySelector(".word");
  words.before(Object.assign(document.createElement("span"), { className: "phone", textContent: "Same: " }));
  // Nobody passes on their own words.
  for (const option of form.querySelectorAll('.claim.open [name$="-via_add"] option'))
    option.hidden = option.disabled = option.value !== "" && option.value === chosen.value;
}
