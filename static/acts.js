// What the button of a form asks for, as its value says it: "next", "edit-1", "take-0-12".

// These only the server can do.
/** @type {(string | undefined)[]} */
export const STEPS = ["undo", "redo"];

/** @param {string} [act] */
export const verbOf = (act) => (act ?? "").split("-")[0];
