// What "Find or add" and "Unnamed…" offer: before anything is typed whoever is proposed in the
// sentence, then the words of the text; after that what the server finds.

import { parse } from "./span-fields.js";
import { wordsOf } from "./words.js";

/** @param {Element} claim @returns {HTMLElement[]} */
export function optionsHere(claim) {
  const proposed = chipsOf(claim).map((chip, index) => {
    const option = optionOf(`found-here-${index}`, chip.lastElementChild?.textContent ?? "");
    option.dataset.chip = chip.value;
    return option;
  });
  return [...proposed, wordsOption()];
}

// Sources without a name: the proposed ones, then groups and roles by their words alone.
/** @param {Element} claim @returns {HTMLElement[]} */
export function sourcesHere(claim) {
  const chips = chipsOf(claim);
  const groups = chips.filter(({ dataset }) => dataset.type === "group");
  const roles = parse(claim.querySelector('[data-pick="mention"]')?.dataset.role ?? "");
  const spans = [...chips.filter(({ dataset }) => dataset.wording), ...groups]
    .flatMap(({ dataset }) => parse(dataset.span ?? ""));
  const sources = [...spans, ...roles].map((span, index) => {
    const option = optionOf(`found-here-${index}`, `“${wordsOf(span)}”`);
    option.dataset.span = span.join("-");
    return option;
  });
  return [...sources, wordsOption()];
}

/** @param {Element} claim @returns {HTMLButtonElement[]} */
const chipsOf = (claim) => [...claim.querySelectorAll(".chips button[data-span]")];

function wordsOption() {
  const words = optionOf("found-words", "Select words in the text");
  words.dataset.words = "";
  return words;
}

// Between both, whoever was met in the article and has no button in the row; null where all have one.
/** @param {Found} field @param {HTMLElement[]} here */
export async function withMet(field, here) {
  if (!field.closest(".claim").querySelector("[data-more]")) return null;
  const met = (await ask(field, "met")) ?? [];
  /** @param {HTMLElement} option */
  const hasButton = ({ dataset }) => field.form.querySelector(`[name$="-speaker"][value="${dataset.speaker}"]`);
  return [...here.slice(0, -1), ...met.filter((option) => !hasButton(option)), ...here.slice(-1)];
}

// What the server knows of the words in a field; null where it cannot say.
/** @param {Found} field @param {string} [query] */
export async function ask(field, query = `q=${encodeURIComponent(field.value)}`) {
  const { origin, pathname } = new URL(field.form.action);
  try {
    const reply = await fetch(`${origin}${pathname}/speakers?${query}`);
    if (!reply.ok || reply.redirected) return null;
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    return [...page.querySelectorAll("[role=option]")].map((one) => document.importNode(one, true));
  } catch {
    return null;
  }
}

/** @param {string} id @param {string} textContent */
function optionOf(id, textContent) {
  const option = Object.assign(document.createElement("li"), { id, textContent });
  option.setAttribute("role", "option");
  return option;
}
