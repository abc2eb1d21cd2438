// Sends each change of the answer, one after the other, and says what is true about saving.
// htmx posts the form; this file decides when, with which revision, and what the chip says.

const IDLE = 60_000;
const SLOW = 150;
const VERY_SLOW = 4_000;
const RETRY = [2_000, 8_000, 8_000];

const find = (selector) => document.querySelector(selector);
const form = () => find("form#answer");

let busy = false; // a save is under way
let dirty = false; // something changed since it was sent
let pressed = null; // the button that waits for its turn: {name, value, action}
let tries = 0; // failed tries of the save that has to be sent again
let timer = 0;
let focused = ""; // what had the focus before a reply replaced it
let acting = false; // a button or a move was sent whose reply replaces what is shown
let leaving = false; // the server leads on to another page

// Whether keys have to wait: what they would press is about to be replaced.
export const isActing = () => acting || pressed !== null;

// Fields that mean nothing until a button takes them.
const isDraft = (field) =>
  /-(new_name|new_type|wording)$/.test(field.name) || ["new", "unnamed"].includes(field.value);

export function save() {
  dirty = true;
  pump();
}

function pump() {
  if (busy || !form()) return;
  if (pressed && pressed.action === form().action) {
    const again = [...form().querySelectorAll("button")].find(
      (button) => button.name === pressed.name && button.value === pressed.value,
    );
    pressed = null;
    if (again) return form().requestSubmit(again);
  }
  if (dirty) form().requestSubmit();
}

function say(tone, words) {
  const chip = find("#saved");
  chip.className = `chip ${tone}`;
  chip.replaceChildren(Object.assign(document.createElement("span"), { textContent: words }));
}

function tell(words) {
  find("#alert").replaceChildren(
    ...(words ? [Object.assign(document.createElement("p"), { textContent: words })] : []),
  );
}

// --- when to save

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.form || field.form !== form() || !field.name || isDraft(field)) return;
  if (field.type === "checkbox" && field.name === "status" && field.checked) {
    for (const other of form().querySelectorAll('[name="status"]'))
      if (other !== field) other.checked = false;
  }
  save();
});

document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== form()) return;
    if (busy) {
      // Its turn comes when the save under way has been answered.
      event.preventDefault();
      event.stopImmediatePropagation();
      const { name, value } = event.submitter ?? {};
      if (name) pressed = { name, value, action: form().action };
      else dirty = true;
      return;
    }
    busy = true;
    dirty = false;
    acting = Boolean(event.submitter?.name);
    form().elements.seconds.value = seconds();
    clearTimeout(timer);
    timer = setTimeout(() => {
      say("still", "Saving…");
      timer = setTimeout(() => say("still", "Still saving…"), VERY_SLOW - SLOW);
    }, SLOW);
  },
  { capture: true },
);

// --- what came of it

document.addEventListener("htmx:before:request", () => {
  focused = document.activeElement?.id ?? "";
});

document.addEventListener("htmx:after:request", (event) => {
  const { status } = event.detail.ctx.response;
  if (event.detail.ctx.request.method !== "POST") return status >= 400 && stay();
  clearTimeout(timer);
  leaving = event.detail.ctx.response.headers.has("HX-Redirect");
  if (status < 400 || status === 409 || status === 422) {
    tries = 0;
    active = 0;
    tell("");
  } else if (status >= 500) {
    failed(status === 503 ? "the database is busy" : "server fault");
  } else {
    say("bad", status === 401 ? "Signed out: 1 waiting" : "Not saved");
    dirty = true;
    settle();
  }
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx?.request.method !== "POST") return stay();
  clearTimeout(timer);
  failed("no connection");
});

// The way to another sentence failed; what was saved is saved.
function stay() {
  tell("The other sentence could not be loaded. What you saved is safe; try again.");
  settle();
}

// A save that failed is sent again with the same key: the server stores it once.
function failed(why) {
  dirty = true;
  settle();
  const wait = RETRY[Math.min(tries, RETRY.length - 1)];
  tries += 1;
  say("bad", `Not saved: ${why}, trying again in ${wait / 1000} s`);
  if (tries > RETRY.length) {
    say("warn", "Offline: 1 waiting");
    tell("No connection. Your answer is kept on this page and sent again. Do not close it.");
  }
  timer = setTimeout(pump, wait);
}

document.addEventListener("htmx:finally:request", (event) => {
  // A move is a GET; a save may have begun with the keys that waited for it.
  if (event.detail.ctx.request.method !== "POST") return;
  busy = false;
  if (!tries) pump();
});

// Whatever was asked for is shown, or has failed: keys may go on.
function settle() {
  acting = false;
  document.dispatchEvent(new Event("annotator:settled"));
}

document.addEventListener("htmx:after:swap", (event) => {
  localTimes();
  const sentence = find("#sentence");
  if (!sentence) return;
  const moved = event.detail.ctx.select === "#label";
  const lost = document.activeElement === document.body ? focused : "";
  const wanted = moved ? "sentence-heading" : sentence.dataset.focus || lost;
  const named = document.getElementById(wanted);
  // A group of radios cannot have the focus; its chosen or first one can.
  const there = named?.querySelector(":scope:is([role=radiogroup]) input") ?? named;
  if (there && there !== document.activeElement) there.focus({ preventScroll: moved });
  delete sentence.dataset.focus;
  if (moved) {
    sentence.scrollIntoView({ block: "start" });
    find("#status").textContent = find("#sentence-heading").textContent;
  }
  settle();
});

addEventListener("beforeunload", (event) => {
  if ((busy || dirty) && !leaving) event.preventDefault();
});

// --- moving inside the article without loading the frame again

// A click anywhere on another sentence goes there, unless words were being selected.
function linkUnder(element) {
  const link = element.closest?.("a.number, a#back, a#skip, .window a");
  if (link || element.closest?.("a, button, input, .answer") || String(getSelection())) return link;
  return element.closest?.("#label li.line:not(.current)")?.querySelector("a.number");
}

document.addEventListener("click", (event) => {
  const link = linkUnder(event.target);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (!find("#label") || busy || dirty) return;
  event.preventDefault();
  const url = link.getAttribute("href").split("#")[0];
  acting = true;
  globalThis.htmx.ajax("GET", url, {
    target: "#label", select: "#label", swap: "outerHTML", push: url,
  });
});

// --- active seconds: time between two acts, idle stretches of a minute and more left out

let active = 0;
let last = Date.now();
for (const kind of ["keydown", "pointerdown", "pointermove", "scroll"])
  document.addEventListener(
    kind,
    () => {
      const now = Date.now();
      if (now - last < IDLE) active += now - last;
      last = now;
    },
    { passive: true, capture: true },
  );
const seconds = () => Math.round(active / 1000);

// --- times of the server in the person's own time

function localTimes() {
  for (const time of document.querySelectorAll("time[data-local]")) {
    const at = new Date(time.dateTime);
    const today = at.toDateString() === new Date().toDateString();
    const clock = at.toLocaleTimeString([], { hour12: false });
    time.textContent = today ? clock : `${at.toLocaleDateString()} ${clock}`;
    delete time.dataset.local;
  }
}

localTimes();
if (find("#sentence")) find("#sentence").scrollIntoView({ block: "start" });
