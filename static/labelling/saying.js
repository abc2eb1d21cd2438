// What the label page says about saving: the chip in the bar, the notice under the claim, the
// live regions, and times of the server in the person's own time. It decides nothing.

import { find } from "../find.js";
import { localTimes, when } from "../local-times.js";
import { isFaulty } from "../script-errors.js";
import { inWords, unsent } from "../waiting.js";

export { localTimes };

// --- the chip

/** @param {string} tone @param {string} words @param {{ shape?: string, href?: string, at?: Date }} [more] */
export function say(tone, words, { shape, href, at } = {}) {
  if (isFaulty()) return; // the chip says so, and goes on saying so
  const chip = find("#saved");
  const text = Object.assign(document.createElement(href ? "a" : "span"), { textContent: words });
  if (href) text.setAttribute("href", href);
  if (at) {
    const time = Object.assign(document.createElement("time"), { dateTime: at.toISOString() });
    time.dataset.local = "";
    time.textContent = when(at);
    text.append(" ", time);
  }
  chip.className = `chip ${tone}`;
  chip.dataset.said = "here";
  chip.replaceChildren(...(shape ? [drawing(shape)] : []), text);
}

// A chip that the server has drawn knows better when nothing was saved since; one that says when
// something was saved last goes on saying so.
/** @param {Date | null} at */
export function sayAllSaved(at) {
  if (isFaulty()) return;
  if (at) say("ok", "Saved", { shape: "tick", at });
  else if (find("#saved:not(.ok)")?.dataset.said) say("still", "All saved");
  if (at && document.activeElement?.id !== "sentence-heading") announce("Saved");
}

// What another window of this browser is still sending.
/** @param {number} count */
export const sayElsewhere = (count) =>
  say("still", `${unsent(count)} in another window`);

/** @param {string} name */
export function drawing(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS(svg.namespaceURI, "use");
  svg.setAttribute("class", "shape");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#shape-${name}`);
  svg.append(use);
  return svg;
}

// What the server refused, when it is not on the screen: a way there.
/** @type {Record<Held, (count: number, where: string) => string>} */
const HELD = {
  conflict: (count) => `Conflict: ${count} sentence${count > 1 ? "s" : ""}`,
  closed: () => "Not saved: article not assigned to you",
  shut: () => "Not saved: article closed",
  draft: (_, where) => `Not saved yet: ${where}`,
  refused: (_, where) => `Not saved: check ${where}`,
};

/** @param {Entry[]} held */
export function sayHeld(held) {
  const [{ url, held: why = "refused", why: words }] = held;
  const number = Number(url.split("/").at(-1)) + 1;
  const isHere = url.split("/")[2] === location.pathname.split("/")[2];
  const where = `sentence ${number}${isHere ? "" : " of another article"}`;
  const count = new Set(held.filter((entry) => entry.held === why).map((entry) => entry.url)).size;
  const gone = why === "closed" || why === "shut";
  say("bad", HELD[why](count, where), { shape: "attention", href: gone ? "/" : url });
  if (!gone) return;
  const notice = find("template#gone-notice").content.cloneNode(true);
  if (words) notice.querySelector(".why").textContent = words.replace(/ Saved answers are kept\.$/, "");
  find("#alert").replaceChildren(notice);
}

// --- what stands in the way, in the chip and under the claim

const HEADINGS = {
  network: "No connection since",
  fault: "Server error since",
  write: "The server cannot write since",
  "signed out": "You were signed out at",
};

/** @param {Trouble} trouble @param {number} count @param {number} retrySeconds */
export function sayTrouble({ kind, since, request }, count, retrySeconds) {
  const shape = kind === "network" ? "offline" : "attention";
  const chip = {
    network: count ? `Offline: ${count} unsent` : "Offline",
    fault: retrySeconds
      ? `Not saved: server error, retrying in ${retrySeconds} s`
      : `Not saved: server error, ${count} unsent`,
    write: "Not saved: the server cannot write",
    "signed out": `Signed out: ${count} unsent`,
  };
  say(kind === "network" ? "warn" : "bad", chip[kind], { shape });
  if (retrySeconds) return;
  const leads = find("template#waiting-notice").dataset.leads;
  const tell = kind === "write" ? ` Tell your lead${leads ? `: ${leads}` : ""}.` : "";
  const mark = request ? ` Request ${request}.` : "";
  const keep = kind === "signed out" ? "" : " You can continue labelling.";
  const leave = kind === "signed out" ? "" : " or sign out";
  const waits = count ? inWords(count, kind) : "No unsent answers.";
  notice(shape, `${HEADINGS[kind]} ${when(since)}`, `${waits}${tell}${mark}${keep} Do not close this window${leave}.`);
}

/** @param {string} shape @param {string} heading @param {string} words */
function notice(shape, heading, words) {
  const place = find("#said");
  if (!place) return;
  if (!find("#waiting")) {
    place.prepend(find("template#waiting-notice").content.cloneNode(true));
    announce(`${heading}. ${words}`);
  }
  find("#waiting use").setAttribute("href", `#shape-${shape}`);
  find("#waiting [data-heading]").textContent = heading;
  find("#waiting [data-words]").textContent = words;
}

export const sayNoTrouble = () => find("#waiting")?.remove();

// --- the live regions, and a remark at the answer

/** @param {string} words */
export const announce = (words) => (find("#status").textContent = words);

/** @param {string} words */
export function alert(words) {
  const line = Object.assign(document.createElement("p"), { textContent: words });
  find("#alert").replaceChildren(...(words ? [line] : []));
}

/** @param {string} words */
export function remark(words) {
  const line = Object.assign(document.createElement("p"), { id: "notice", className: "notice warn" });
  line.textContent = words;
  find("#notice")?.remove();
  find("#said")?.prepend(line);
  announce(words);
}
