// "Same speaker as before" on a form that is drawn here: whom the claim before names, in the same
// answer or in the sentence that was left last.

/** @type {{ speaker: string, position: number } | null} */
let left = null;

// Whom an answer names last, among those who have a button.
/** @param {Answer | null} answer */
const lastOf = (answer) =>
  answer?.claims.map(({ speaker }) => speaker).findLast((speaker) => /^\d+$/.test(speaker ?? ""));

/** @param {string} path */
const positionOf = (path) => Number(path.split("/").at(-1));

// Keep whom an answer names, when its sentence is left.
/** @param {Answer} answer @param {string} path */
export function remember(answer, path) {
  const speaker = lastOf(answer);
  if (speaker) left = { speaker, position: positionOf(path) };
}

// Offer that speaker in the open claim, where nobody is chosen there yet.
/** @param {Found} form @param {Answer | null} answer @param {string} path @param {string} key */
export function offer(form, answer, path, key) {
  const isBehind = left && left.position < positionOf(path);
  const speaker = lastOf(answer) ?? (isBehind ? left?.speaker : "");
  const claim = form.querySelector(".claim.open");
  if (!claim || !speaker || claim.querySelector('[name$="-speaker"]:checked')) return;
  const chip = claim.querySelector(`[name$="-speaker"][value="${speaker}"]`);
  const name = chip?.closest("label").querySelector(".word").dataset.word;
  if (!name) return;
  const label = Object.assign(document.createElement("label"), { className: "button quiet", htmlFor: chip.id });
  label.dataset.act = "same";
  label.dataset.key = key;
  label.title = `Same speaker as before: ${name}`;
  const cap = Object.assign(document.createElement("kbd"), { className: "key", ariaHidden: "true", textContent: key });
  /** @param {string} className @param {string} textContent */
  const span = (className, textContent) => Object.assign(document.createElement("span"), { className, textContent });
  label.append(cap, " ", span("", "Same"), span("hidden", " speaker as before"), span("clip", name));
  claim.querySelector(".of-speaker").append(label);
}
