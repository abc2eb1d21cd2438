// Where a key lies on a US keyboard, for layouts that write no Latin letters.

// The places that are no letters: what they write, and what they write with Shift.
/** @type {Record<string, string>} */
const SIGNS = {
  Digit1: "1!", Digit2: "2@", Digit3: "3#", Digit4: "4$", Digit5: "5%", Digit6: "6^", Digit7: "7&",
  Digit8: "8*", Digit9: "9(", Digit0: "0)", Minus: "-_", Equal: "=+", BracketLeft: "[{",
  BracketRight: "]}", Backslash: "\\|", Semicolon: ";:", Quote: "'\"", Backquote: "`~",
  Comma: ",<", Period: ".>", Slash: "/?",
};

// Whether a key writes one sign that is neither in ASCII nor a Latin letter.
/** @param {string} key */
export const isForeign = (key) =>
  [...key].length === 1 && !/[\p{ASCII}\p{Script=Latin}]/u.test(key);

// What the key at this place writes on a US keyboard, or nothing for a place that is unknown.
/** @param {string} code @param {boolean} shiftKey */
export const latinAt = (code, shiftKey) =>
  code?.match(/^Key([A-Z])$/)?.[1] ?? SIGNS[code]?.[shiftKey ? 1 : 0];
