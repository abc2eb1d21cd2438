// What "Find or add" offers before anything is typed: whoever is proposed in the sentence, then the
// words of the text.

/** @param {Element} claim @returns {HTMLElement[]} */
export function optionsHere(claim) {
  /** @type {NodeListOf<HTMLButtonElement>} */
  const chips = claim.querySelectorAll(".chips button[data-span]");
  const proposed = [...chips].map((chip, index) => {
    const option = optionOf(`found-here-${index}`, chip.lastElementChild?.textContent ?? "");
    option.dataset.chip = chip.value;
    return option;
  });
  const words = optionOf("found-words", "Select words in the text");
  words.dataset.words = "";
  return [...proposed, words];
}

/** @param {string} id @param {string} textContent */
function optionOf(id, textContent) {
  const option = Object.assign(document.createElement("li"), { id, textContent });
  option.setAttribute("role", "option");
  return option;
}
