// What the button of a form asks for, as its value says it: "next", "edit-1", "take-0-12".
// annotator/web/acts.py reads the same values; tests/data/acts.json holds cases for both.

/** @param {string} [button] @returns {Act} */
export function parseAct(button = "") {
  const [verb, ...rest] = button.split("-");
  const [number = "", ...choice] = rest;
  if (!/^\d{1,4}$/.test(number)) return { verb, index: null, choice: rest.join("-") };
  return { verb, index: Number(number), choice: choice.join("-") };
}

// These only the server can do.
/** @type {(string | undefined)[]} */
export const STEPS = ["undo", "redo"];
