// The answers the server has not acknowledged yet, kept in this browser for one person.
// Each has a place of its own in the storage, so two tabs never write over each other's.

export const user = document.documentElement.dataset.user ?? "";
const MINE = `annotator-waiting-${user}-`;
const memory = new Map(); // where the browser keeps nothing

// A tab keeps its name over a reload: it may go on with what it had begun.
export const tab = (sessionStorage.annotatorTab ??= random());

function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What waits, oldest first.
export function entries() {
  const stored = Object.keys(localStorage).filter((name) => name.startsWith(MINE));
  return [...stored, ...memory.keys()]
    .sort()
    .map((name) => JSON.parse(memory.get(name) ?? localStorage.getItem(name)))
    .filter(Boolean);
}

export const ready = () => entries().filter((entry) => !entry.held);
export const of = (url) => entries().filter((entry) => entry.url === url);

export function keep(entry) {
  try {
    localStorage.setItem(entry.name, JSON.stringify(entry));
  } catch {
    memory.set(entry.name, JSON.stringify(entry));
  }
}

// A new entry stands behind all others, whatever the clock says.
export function add(entry) {
  const last = entries().at(-1)?.order ?? 0;
  const order = Math.max(Date.now(), last + 1);
  const key = random();
  const name = MINE + String(order).padStart(16, "0") + key;
  keep({ ...entry, name, order, key, tab, at: new Date(order).toISOString() });
}

export function drop({ name }) {
  memory.delete(name);
  localStorage.removeItem(name);
}

// Whether something of this tab is newer than this entry, on the same sentence.
export const isPast = (entry) =>
  of(entry.url).some((other) => other.tab === entry.tab && other.name > entry.name);

export function saveAsFile() {
  const text = JSON.stringify(entries(), null, 2);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "waiting-answers.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
