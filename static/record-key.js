// On the page of one's own keys a key is recorded by pressing it in its field, as the label page names
// it. Whatever moves, saves or writes nothing (Tab, Enter, arrows) does what it always does.

import { find } from "./find.js";

/** @param {KeyboardEvent} event */
function recorded({ key, shiftKey }) {
  if (key === "Backspace" || key === "Delete") return "";
  if ([...key].length !== 1 || !key.trim()) return null;
  const isLetter = /\p{L}/u.test(key);
  const capital = key.toUpperCase().length === 1 ? key.toUpperCase() : key;
  return shiftKey && isLetter ? `Shift+${capital}` : capital;
}

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.('input[name^="key-"]')) return;
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const pressed = recorded(event);
  if (pressed === null) return;
  event.preventDefault();
  field.value = pressed;
  // What the server said of the key before is no longer true of this one.
  for (const name of ["aria-invalid", "aria-describedby"]) field.removeAttribute(name);
  find(`[id="${field.id}-error"]`)?.remove();
  const [label] = field.labels;
  find("#status").textContent = `${label.textContent}: ${pressed || "no custom key"}`;
});
