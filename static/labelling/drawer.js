// The codebook over the article, beside the answer: fetched from its page when first asked for.
// Where there is no room for it, and without this file, the link opens the page.

import { find } from "../find.js";

const drawer = find("#codebook");
const search = find("#find-rule");
const body = find("#codebook-body");
const ROOM = matchMedia("(min-width: 56.25rem)");
const SOON = 20_000;
const HIT = ".value-entry, .rules > div";

/** @type {Found} */
let opener = null;
/** @type {Promise<void> | null} */
let loading = null;

/** @param {string} url */
function load(url) {
  loading ??= fetch(url).then(async (reply) => {
    if (!reply.ok || reply.redirected) throw new Error(String(reply.status));
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const parts = [page.querySelector("nav.contents"), page.querySelector("main .stack")];
    body.replaceChildren(...parts.map((part) => document.importNode(part, true)));
  });
  return loading;
}

/** @param {HTMLAnchorElement} link */
async function open(link) {
  const url = new URL(link.href);
  opener = link;
  try {
    await load(url.pathname);
  } catch {
    loading = null;
    find("#alert").textContent = "The codebook could not be loaded. Try again.";
    return;
  }
  drawer.hidden = false;
  if (url.hash) return go(url.hash);
  // At what the slot explains just now: that is what the codebook was opened for.
  const here = find("#rules a")?.hash;
  if (here) body.querySelector(`[id="${CSS.escape(here.slice(1))}"]`)?.scrollIntoView({ block: "start" });
  search.focus({ preventScroll: true });
}

function close() {
  drawer.hidden = true;
  (opener?.isConnected ? opener : find("#sentence-heading"))?.focus();
}

// The focus goes to the place, where single keys act: labelling goes on.
/** @param {string} hash */
function go(hash) {
  filter("");
  const there = document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!there || !body.contains(there)) return search.focus();
  there.tabIndex = -1;
  there.focus({ preventScroll: true });
  there.scrollIntoView({ block: "start" });
  for (const link of body.querySelectorAll(".contents a"))
    link.toggleAttribute("aria-current", document.querySelector(link.hash)?.contains(there));
}

/** @param {string} words */
function filter(words) {
  if (!words) search.value = "";
  const wanted = words.trim().toLowerCase();
  let found = 0;
  for (const section of body.querySelectorAll(".stack > section")) {
    const whole = !wanted || section.querySelector("h2").textContent.toLowerCase().includes(wanted);
    let here = whole;
    for (const hit of section.querySelectorAll(HIT)) {
      hit.hidden = !whole && !hit.textContent.toLowerCase().includes(wanted);
      here ||= !hit.hidden;
      if (!hit.hidden) found += 1;
    }
    section.hidden = !here;
  }
  exact(wanted)?.scrollIntoView({ block: "nearest" });
  find("#found-rules").textContent = wanted ? `${found || "Nothing"} found` : "";
}

// The rule that was asked for by its code; the values that name it stand before it.
/** @param {string} words */
const exact = (words) => words.trim() === "" ? null : body.querySelector(`.rules > [id="${CSS.escape(words.trim().toUpperCase())}"]`);

// Without a connection it is there too: fetched a while after somebody has begun to label here.
const fetchIt = () => load(drawer.dataset.page).catch(() => (loading = null));
document.addEventListener("annotator:settled", () => setTimeout(fetchIt, SOON), { once: true });

// In the capturing phase, before the move to another sentence looks at clicks.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (drawer.contains(link)) {
      if (!link.getAttribute("href").startsWith("#")) return;
      event.preventDefault();
      return go(link.hash);
    }
    if (!ROOM.matches || link.pathname !== drawer.dataset.page) return;
    event.preventDefault();
    if (!drawer.hidden && !link.hash) close();
    else open(link);
  },
  { capture: true },
);

document.addEventListener(
  "keydown",
  (event) => {
    if (drawer.hidden || event.isComposing || find("dialog[open]")) return;
    if (event.key === "Escape" && (drawer.contains(event.target) || !isText(event.target))) {
      event.preventDefault();
      close();
    }
    if (event.key === "Enter" && event.target === search) {
      event.preventDefault();
      const words = search.value;
      const first = exact(words) ?? body.querySelector(`:is(${HIT}):not([hidden], [hidden] *)`);
      if (!first || !words.trim()) return;
      first.tabIndex = -1;
      first.focus();
    }
  },
  { capture: true },
);
/** @param {Element} element */
const isText = (element) =>
  element.matches("textarea, select, input:not([type=radio], [type=checkbox])");

search.addEventListener("input", () => filter(search.value));
find("#close-codebook").addEventListener("click", close);
ROOM.addEventListener("change", () => !ROOM.matches && !drawer.hidden && close());
