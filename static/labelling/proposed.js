// Speakers that the server proposes from the text. A new one is taken with the words that name it; a
// known one brings the words along by which this sentence means it. Nothing is taken by itself, and
// what a person has picked by hand stays.

import { isBusy } from "../busy.js";
import { form } from "./shown.js";
import { mark, mentionOf, parse } from "./span-fields.js";
import { selected, wordsOf } from "./words.js";

// Make a span the mention of a claim, "" for none; what saves it is up to whoever asks for it.
/** @param {Found} control @param {string} span */
export function setMention(control, span) {
  const fields = mentionOf(control);
  const words = span ? wordsOf(parse(span)[0]) : "";
  // Words that this page does not show cannot be checked by whoever takes them.
  if (!fields || (span && !words)) return;
  fields.spans.value = span;
  fields.words.value = words;
  mark();
}

/** @param {Found} chip */
function take(chip) {
  const claim = chip.closest(".claim");
  const { name, wording, type, span } = chip.dataset;
  /** @type {Record<string, string>} */
  const values = wording ? { wording } : { new_name: name, new_type: type, sure: "" };
  for (const [leaf, value] of Object.entries(values)) claim.querySelector(`[name$="-${leaf}"]`).value = value;
  claim.querySelector(`[name$="-speaker"][value="${wording ? "unnamed" : "new"}"]`).checked = true;
  setMention(chip, span);
  form().requestSubmit(claim.querySelector(".asks-new button"));
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest?.("#answer .chips button[data-span]");
  if (!chip) return;
  event.preventDefault();
  if (!isBusy()) take(chip);
});

/** @type {Record<string, string>} */
const DOORS = { new: "new_name", unnamed: "wording" };

// Words that are selected in the text when a door is opened are the name behind it, and its mention.
/** @param {Found} door */
function fill(door) {
  const text = door.closest(".claim").querySelector(`[name$="-${DOORS[door.value]}"]`);
  const span = selected();
  if (!span || text.value) return false;
  text.value = wordsOf(span);
  setMention(door, span.join("-"));
  // Once the field has the focus (keys.js), its list is looked for.
  setTimeout(() => text.dispatchEvent(new Event("input", { bubbles: true })));
  return true;
}

// The span that is the mention once a speaker is chosen, null where it stays as it is: `now` and `words`
// are what the fields hold, `offered` what the chips bring along, `brings` what the chosen one does.
/** @param {string} now @param {string} words @param {string[]} offered @param {string} brings */
export function mentionAfter(now, words, offered, brings) {
  const isByHand = now ? !offered.includes(now) : words !== "";
  return isByHand || now === brings ? null : brings;
}

// Before the change is saved (saving.js).
document.addEventListener(
  "change",
  ({ target }) => {
    if (!target.matches?.('#answer .claim.open [name$="-speaker"]') || !target.checked) return;
    if (target.value in DOORS && fill(target)) return;
    const fields = mentionOf(target);
    if (!fields) return;
    const chips = [...target.closest(".chips").querySelectorAll("[data-mention], [data-span]")];
    const offered = chips.map((chip) => chip.dataset.mention ?? chip.dataset.span);
    const brings = target.dataset.mention ?? "";
    const wanted = mentionAfter(fields.spans.value, fields.words.value, offered, brings);
    if (wanted !== null) setMention(target, wanted);
  },
  { capture: true },
);
