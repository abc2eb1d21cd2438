// The answers the server has not acknowledged yet, kept in this browser for one person.
// Each has a place of its own in the storage and belongs to one tab: no tab touches what another
// one is sending. What a closed tab has left behind, the next one takes over.

import { parseAct } from "./acts.js";

export const user = document.documentElement.dataset.user ?? "";
const MINE = `annotator-waiting-${user}-`;
const LOCK = "annotator-tab-";
const UNLOADING = 500; // how long the page before a reload may still hold the name of this tab
/** @type {Map<string, string>} */
const memory = new Map(); // where the browser keeps nothing

export function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- the name of this tab: kept over a reload, changed in a duplicate of another tab

let tab = (sessionStorage.annotatorTab ??= random());
const { locks } = navigator; // missing where the page does not come over a safe connection

/** @param {string} name @param {LockOptions} options */
function hold(name, options) {
  return new Promise((resolve) => {
    const held = locks.request(LOCK + name, options, () => {
      resolve(true);
      return new Promise(() => {}); // until the tab is closed
    });
    held.catch(() => resolve(false));
  });
}

async function claim() {
  if (!locks || (await hold(tab, { signal: AbortSignal.timeout(UNLOADING) }))) return;
  tab = sessionStorage.annotatorTab = random();
  await hold(tab, {});
}
const claimed = claim();

// --- what waits

// Everything of this person, oldest first.
/** @returns {Entry[]} */
export function all() {
  const stored = Object.keys(localStorage).filter((name) => name.startsWith(MINE));
  return [...new Set([...stored, ...memory.keys()])]
    .sort()
    .map((name) => JSON.parse(memory.get(name) ?? localStorage.getItem(name) ?? "null"))
    .filter(Boolean);
}

export const entries = () => all().filter((entry) => entry.tab === tab);
export const ready = () => entries().filter((entry) => !entry.held);
/** @param {string} url */
export const of = (url) => entries().filter((entry) => entry.url === url);
// How many answers wait to be sent.
export const count = () => new Set(all().filter((entry) => !entry.held).map((entry) => entry.url)).size;

// Whether something newer of this tab waits on the same sentence.
/** @param {Entry} entry */
export const isPast = (entry) => of(entry.url).some((other) => other.name > entry.name);

/** @param {Entry} entry */
function write(entry) {
  try {
    localStorage.setItem(entry.name, JSON.stringify(entry));
    memory.delete(entry.name);
  } catch {
    // What the browser has kept of it before stays there; while this page is open, this is newer.
    memory.set(entry.name, JSON.stringify(entry));
  }
}

// A new entry stands behind all others, whatever the clock says. Returns its name.
/** @param {Change} entry */
export function add(entry) {
  const last = all().at(-1)?.order ?? 0;
  const order = Math.max(Date.now(), last + 1);
  const key = random();
  const name = MINE + String(order).padStart(16, "0") + key;
  write({ ...entry, name, order, key, tab, at: new Date(order).toISOString() });
  return name;
}

// Change what waits; what was dropped meanwhile stays dropped.
/** @param {Pick<Entry, "name">} entry @param {Partial<Entry>} changes */
export function change({ name }, changes) {
  const stored = memory.get(name) ?? localStorage.getItem(name);
  if (stored) write({ ...JSON.parse(stored), ...changes });
}

/** @param {Pick<Entry, "name">} entry */
export function drop({ name }) {
  memory.delete(name);
  localStorage.removeItem(name);
}

// The server has it. What was written on top of this save is based on it.
/** @param {Entry} entry @param {string} revision */
export function acknowledge(entry, revision) {
  drop(entry);
  for (const next of of(entry.url))
    if (Number(next.revision) < Number(revision)) change(next, { revision });
}

// What is held because the article is no longer this person's: it can only be copied and put away.
/** @type {(string | undefined)[]} */
export const GONE = ["shut", "closed"];

// Buttons that change nothing in the answer: a replay of what they sent only has to save.
export const NEUTRAL = ["next", "add", "edit", "stay", "draft", "keep"];

// What the button of an entry comes to when its reply can no longer lead anywhere. Next on a worklist
// also says that the answer is still right.
/** @param {Pick<Change, "act" | "fields">} entry */
export const settledAct = ({ act = "", fields }) =>
  act === "next" && fields.some(([name]) => name === "worklist") ? "confirm"
  : NEUTRAL.includes(parseAct(act).verb) ? "stay" : act;

/** @type {Record<TroubleKind, string>} */
const UNTIL = {
  network: "when the connection is back",
  fault: "when the server works again",
  write: "when the server can write again",
  "signed out": "when you have signed in again",
};

/** @param {number} many */
export const unsent = (many) => `${many} unsent answer${many === 1 ? "" : "s"}`;

/** @param {number} many @param {TroubleKind} trouble */
export const inWords = (many, trouble) => `${unsent(many)} in this browser, to be sent ${UNTIL[trouble]}.`;

// Take over what closed tabs have left behind.
export async function adopt() {
  await claimed;
  const take = async () => {
    const live = new Set(((await locks?.query())?.held ?? []).map((lock) => lock.name));
    for (const entry of all())
      if (entry.tab !== tab && !live.has(LOCK + entry.tab))
        change(entry, { tab, act: settledAct(entry) });
  };
  await (locks ? locks.request("annotator-adopt", take) : take());
}

export function saveAsFile() {
  const text = JSON.stringify(all(), null, 2);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "waiting-answers.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
