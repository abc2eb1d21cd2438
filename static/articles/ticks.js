// How many articles of the list are ticked, and all of a page ticked at once.

import { find } from "../find.js";

/** @type {NodeListOf<HTMLInputElement>} */
const boxes = document.querySelectorAll('input[name="article"]');
const button = find("#tick-page");
const said = find("#ticked");

const ticked = () => [...boxes].filter((box) => box.checked).length;

function say() {
  const n = ticked();
  said.textContent = n ? `(${n} selected)` : "";
  button.textContent = n === boxes.length ? "Select none" : "Select all on this page";
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const all = ticked() < boxes.length;
    for (const box of boxes) box.checked = all;
    say();
  });
  document.addEventListener("change", say);
  say();
}
