// Sends each change of the answer, one after the other, and says what is true about saving.
// Until the server has said "saved" a change waits in the browser (waiting.js); while the server
// cannot be reached, labelling goes on with what the page has (offline.js).

import * as offline from "./offline.js";
import { askToSignIn, stopAsking, whoIsThere } from "./signed-out.js";
import * as waiting from "./waiting.js";

const IDLE = 60_000;
const SLOW = 150;
const VERY_SLOW = 4_000;
const PATIENCE = 10_000;
const RETRY = [1_000, 2_000, 4_000, 8_000];
const ASK_AGAIN = 3_000;
const MANY = 3; // tries after which a fault of the server is as good as no connection
// Buttons that change nothing in the answer: a replay of what they sent only has to save.
const NEUTRAL = ["next", "add", "edit", "stay"];
const STEPS = ["undo", "redo"]; // these only the server can do

const LATER = "Undo and redo work again when the connection is back.";

const find = (selector) => document.querySelector(selector);
const form = () => find("form#answer");
const shownPath = () => find("#sentence") && offline.pathOf(find("#sentence"));

let sending = null; // the entry on its way
let trouble = null; // {kind, since} while nothing can be saved
let tries = 0;
let timer = 0;
let slow = 0;
let acting = false; // a button or a move was asked for whose reply replaces what is shown
let wish = null; // a move that waits until what was written is saved: {url, push}
let step = ""; // "undo" or "redo" that waits likewise: it means the newest save
let drawn = false; // something on the page was drawn here and not by the server
let savedAt = null; // when the server acknowledged something, until that is said
let leaving = false; // the server leads on to another page
let token = (form()?.elements ?? find("template#blank")?.content.querySelector("form").elements)
  ?.csrf_token?.value;

// Whether keys have to wait: what they would press is about to be replaced.
export const isActing = () => acting || step !== "" || wish !== null;

// --- what the chip and the regions say

function say(tone, words, { shape, href } = {}) {
  const chip = find("#saved");
  const text = Object.assign(document.createElement(href ? "a" : "span"), { textContent: words });
  if (href) text.href = href;
  chip.className = `chip ${tone}`;
  chip.replaceChildren(...(shape ? [drawing(shape)] : []), text);
}

function drawing(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS(svg.namespaceURI, "use");
  svg.setAttribute("class", "shape");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#shape-${name}`);
  svg.append(use);
  return svg;
}

function tell(words) {
  const line = Object.assign(document.createElement("p"), { textContent: words });
  find("#alert").replaceChildren(...(words ? [line] : []));
}

const clock = (at) => at.toLocaleTimeString([], { hour12: false });
const countWaiting = () => new Set(waiting.ready().map((entry) => entry.url)).size;

// What stands in the way, in the chip and above the claims.
function explain() {
  const count = countWaiting();
  const { kind, since } = trouble;
  const answers = count === 1 ? "1 answer waits" : `${count} answers wait`;
  const kept = `${answers} in this browser`;
  const heading = { "signed out": "You were signed out at", write: "The server cannot write since" };
  if (kind === "fault" && tries <= MANY) {
    const seconds = RETRY[Math.min(tries, RETRY.length) - 1] / 1000;
    return say("bad", `Not saved: server fault, trying again in ${seconds} s`, { shape: "attention" });
  }
  if (kind === "signed out") say("bad", `Signed out: ${count} waiting`, { shape: "attention" });
  else if (kind === "write") say("bad", "Not saved: the server cannot write", { shape: "attention" });
  else say("warn", count ? `Offline: ${count} waiting` : "Offline", { shape: "offline" });
  const after = {
    "signed out": `${kept} and are sent when you have signed in again. Do not close this window.`,
    write: `${kept}. Tell your lead. Keep labelling. Do not close this window or sign out.`,
  };
  const words = `${kept} and are sent as soon as the connection is back. Keep labelling. Do not close this window or sign out.`;
  notice(
    `${heading[kind] ?? "No connection since"} ${clock(since)}`,
    (after[kind] ?? words).replace(/^(1 .*) and are/, "$1 and is"),
  );
}

function notice(heading, words) {
  const row = find("#answer .work > .row");
  if (!row) return;
  if (!find("#waiting")) row.after(find("template#waiting-notice").content.cloneNode(true));
  find("#waiting [data-heading]").textContent = heading;
  find("#waiting [data-words]").textContent = words;
}

// --- when to save

// Fields that mean nothing until a button takes them.
const isDraft = (field) =>
  /-(new_name|new_type|wording)$/.test(field.name) || ["new", "unnamed"].includes(field.value);

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.form || field.form !== form() || !field.name || isDraft(field)) return;
  const status = [...form().querySelectorAll('[name="status"]')];
  if (field.name === "status" && field.checked) {
    for (const other of status) if (other !== field) other.checked = false;
  } else if (trouble && field.name.startsWith("claims-")) {
    for (const other of status) other.checked = false; // as the server would: the claim is newer
  }
  acting ||= !trouble && goesOn();
  save();
});

document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== form()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!isActing()) press(event.submitter?.value ?? "");
  },
  { capture: true },
);

function press(act) {
  if (STEPS.includes(act) && (trouble || waiting.ready().length)) {
    if (trouble) return remark(LATER);
    step = act;
    return pump();
  }
  acting = Boolean(act) || goesOn();
  if (!trouble) return save(act);
  const typed = [...form().querySelectorAll('[name$="-new_name"], [name$="-wording"]')];
  const [verb] = act.split("-");
  if (!NEUTRAL.includes(verb) && verb !== "draft") save(act);
  else if (verb === "stay" || typed.some((field) => field.value)) save("stay");
  act && instead(act);
}

// Whether the server will lead on by itself, as this person has asked for.
const goesOn = () =>
  form().dataset.autoAdvance !== undefined && !offline.missing(offline.read(offline.fieldsOf(form())));

// Put the answer as it is now among what waits, and send.
export function save(act = "") {
  const url = shownPath();
  const mine = waiting.of(url).filter((entry) => entry.tab === waiting.tab);
  const last = mine.at(-1);
  const entry = {
    url,
    fields: offline.fieldsOf(form()),
    act: act || (form().dataset.taken ? "stay" : ""),
    revision: form().elements.revision.value,
    leave: form().elements.leave?.value,
    drop: form().elements.drop?.value,
    seconds: seconds(),
  };
  active = 0;
  // This is the newer word on what the server had refused.
  for (const old of mine) if (old.held) waiting.drop(old);
  // Keys are faster than the network: what was not sent yet is sent as it is now. Without a
  // connection every change stays a step of its own, so that the history shows it.
  if (last && !last.sent && !last.held && !last.act && !trouble) {
    entry.seconds += last.seconds;
    waiting.drop(last);
  }
  waiting.add(entry);
  if (trouble) explain();
  else pump();
}

// --- sending

async function pump() {
  if (sending) return;
  clearTimeout(timer);
  if (trouble?.kind === "signed out") return lookAround();
  const entry = waiting.ready()[0];
  if (!entry) return trouble ? lookAround() : idle();
  sending = entry;
  waiting.keep({ ...entry, sent: true });
  if (!trouble) {
    slow = setTimeout(() => {
      say("still", "Saving…");
      slow = setTimeout(() => say("still", "Still saving…"), VERY_SLOW - SLOW);
    }, SLOW);
  }
  const reply = await ask(entry.url, bodyOf(entry));
  clearTimeout(slow);
  await take(entry, reply);
}

function bodyOf(entry) {
  const body = new URLSearchParams(entry.fields);
  const { revision, key, act, seconds: time, leave, drop } = entry;
  const save = { revision, key, act, seconds: time, leave, drop, open: openOf(entry) };
  for (const [name, value] of Object.entries(save)) if (value !== undefined) body.set(name, value);
  if (!act) body.delete("act");
  body.set("user", waiting.user);
  body.set("csrf_token", token);
  return body;
}

const openOf = (entry) => (entry.url === shownPath() && form()?.elements.open?.value) || 0;

async function ask(url, body) {
  const headers = { "HX-Request": "true" };
  const method = body ? "POST" : "GET";
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const reply = await fetch(url, { method, body, headers, signal });
    return { status: reply.status, headers: reply.headers, text: await reply.text() };
  } catch {
    return null;
  }
}

// --- what came of it

async function take(entry, reply) {
  const status = reply?.status ?? 0;
  if (!reply) return fail("network");
  if (status >= 500) {
    const full = status === 507 || reply.text.includes("cannot write");
    return fail(full ? "write" : "fault");
  }
  if (status === 401) return signedOut();
  if ([400, 403, 404].includes(status)) {
    // The page may be older than the session, or somebody else's by now.
    const there = await whoIsThere();
    if (!there) return fail("network");
    if (there.user !== waiting.user) return signedOut(there.user);
    if (status === 400 && there.token !== token) {
      token = there.token;
      sending = null;
      return pump();
    }
  }
  sending = null;
  recover();
  const past = waiting.isPast(entry);
  if (status < 300) acknowledge(entry, reply.headers);
  else if (past) waiting.drop(entry); // what waits behind it is the whole answer, and newer
  else waiting.keep({ ...entry, held: { 403: "closed", 404: "closed", 409: "conflict" }[status] ?? "refused" });
  const shown = entry.tab === waiting.tab && entry.url === shownPath() && !past;
  if (shown) await show(entry, reply);
  else if (!waiting.ready().some((other) => other.act && other.tab === waiting.tab)) settle();
  return pump();
}

function acknowledge(entry, headers) {
  waiting.drop(entry);
  const revision = headers.get("Annotator-Revision");
  savedAt = new Date(headers.get("Date") ?? Date.now());
  if (revision === null) return;
  for (const next of waiting.of(entry.url))
    if (next.tab === entry.tab) waiting.keep({ ...next, revision });
  if (entry.url === shownPath() && waiting.of(entry.url).length && form())
    form().elements.revision.value = revision;
}

// The reply belongs to what is shown: put it in its place.
async function show(entry, { status, headers, text }) {
  const there = headers.get("HX-Redirect");
  if (there) {
    leaving = true;
    location.href = there;
    return;
  }
  if (headers.has("HX-Location")) {
    await visit(JSON.parse(headers.get("HX-Location")).path);
    return;
  }
  tell("");
  const swap = { text, sourceElement: form() };
  if (headers.has("HX-Retarget")) {
    await globalThis.htmx.swap({ ...swap, target: find("#alert"), swap: "innerHTML" });
    return settle();
  }
  const style = headers.get("HX-Reswap") ?? "outerMorph";
  focused = document.activeElement?.id ?? "";
  await globalThis.htmx.swap({ ...swap, target: find("#sentence"), swap: style });
  // A question ("this removes 2 claims") is no answer: it is asked once, not kept.
  if (status === 422 && form()?.elements.drop) for (const old of waiting.of(entry.url)) if (old.held) waiting.drop(old);
  opened(false);
}

function fail(kind) {
  sending = null;
  tries += 1;
  trouble = { kind, since: trouble?.since ?? new Date() };
  timer = setTimeout(pump, RETRY[Math.min(tries, RETRY.length) - 1]);
  if (kind === "network") stopAsking();
  if (tries === 1) find("#status").textContent = "No connection. Your answers wait in this browser.";
  explain();
  goOnHere();
}

function signedOut(somebodyElse = "") {
  sending = null;
  const before = trouble?.kind;
  trouble = { kind: "signed out", since: trouble?.since ?? new Date() };
  timer = setTimeout(pump, ASK_AGAIN);
  explain();
  if (before !== "signed out") askToSignIn(somebodyElse);
  goOnHere();
}

// Nothing to send, or nobody to send it as: look whether that has changed.
async function lookAround() {
  const there = await whoIsThere();
  if (!there) return fail("network");
  if (there.user !== waiting.user) return signedOut(there.user);
  token = there.token;
  recover();
  return pump();
}

function recover() {
  if (!trouble) return;
  trouble = null;
  tries = 0;
  stopAsking();
  find("#waiting")?.remove();
  tell("");
  find("#status").textContent = "The connection is back.";
  const count = countWaiting();
  if (count) say("still", `Sending ${count}…`);
}

// Everything that can be sent has been.
function idle() {
  if (wish) {
    const { url, push } = wish;
    wish = null;
    return visit(url, push);
  }
  if (step) {
    const again = find(`#answer button[value="${step}"]`);
    step = "";
    return again ? form().requestSubmit(again) : settle();
  }
  const held = waiting.entries().filter((entry) => entry.held && entry.url !== shownPath());
  const here = waiting.of(shownPath() ?? "").some((entry) => entry.held);
  if (held.length) sayHeld(held);
  else if (savedAt && !here) say("ok", `Saved ${clock(savedAt)}`, { shape: "tick" });
  savedAt = null;
  // What was refused stays on the screen until it is decided.
  if (drawn && !here && !isTyping()) return visit(shownPath(), false);
}

const isTyping = () => document.activeElement?.matches?.("textarea, input:not([type])");

function sayHeld(held) {
  const [{ url, held: why }] = held;
  const number = Number(url.split("/").at(-1)) + 1;
  const count = new Set(held.map((entry) => entry.url)).size;
  const words = {
    conflict: `Conflict: ${count} sentence${count > 1 ? "s" : ""}`,
    refused: `Not saved: check sentence ${number}`,
    closed: "This article is no longer yours",
  };
  say("bad", words[why], { shape: "attention", href: why === "closed" ? "/" : url });
}

// Whatever was asked for is shown, or has failed: keys may go on.
function settle() {
  acting = false;
  document.dispatchEvent(new Event("annotator:settled"));
}

// --- without the server: what was asked for is done with what the page has

function goOnHere() {
  const last = waiting.of(shownPath() ?? "").filter((entry) => entry.tab === waiting.tab).at(-1);
  const act = acting && last?.act;
  if (step || STEPS.includes(act)) {
    if (!step) waiting.drop(last);
    step = "";
    remark(LATER);
    return settle();
  }
  if (wish) {
    const { url } = wish;
    wish = null;
    return goHere(url);
  }
  if (!act) return settle();
  const [verb] = act.split("-");
  if (verb === "draft") waiting.drop(last);
  else if (NEUTRAL.includes(verb)) waiting.keep({ ...last, act: "stay" });
  instead(act);
}

function instead(act) {
  const [verb, number, chosen] = act.split("-");
  const answer = offline.read(offline.fieldsOf(form()));
  const open = number ? Number(number) : Number(form().elements.open.value);
  if (verb === "next") nextHere(answer);
  else if (["stay", "speaker", "sure"].includes(verb)) form().dataset.taken = "yes";
  else draw(answer, offline.change(answer, verb, open, chosen));
  if (verb !== "next") find(".claim.open h3")?.focus({ preventScroll: true });
  explainAgain();
  settle();
}

const explainAgain = () => trouble && explain();

function draw(answer, open = 0) {
  const { taken } = form().dataset;
  const revision = form().elements.revision.value;
  drawn = offline.draw({ answer, open, revision }) || drawn;
  if (taken) form().dataset.taken = taken;
}

function nextHere(answer) {
  const still = offline.missing(answer);
  if (still === "answer") return remark("No answer yet. Say “No claim”, or skip the sentence for now.");
  if (still && form().dataset.leave !== still) {
    form().dataset.leave = still;
    const name = still[0].toUpperCase() + still.slice(1);
    return remark(`${name} is still open. Choose Next again to leave it incomplete.`);
  }
  const skip = find("#skip");
  if (!skip) return remark("This is the last sentence. What is missing is shown when the connection is back.");
  goHere(new URL(skip.href).pathname);
}

function remark(words) {
  const line = Object.assign(document.createElement("p"), { id: "notice", className: "notice warn" });
  line.textContent = words;
  find("#notice")?.remove();
  find("#answer .work > .row").after(line);
  find("#status").textContent = words;
}

function goHere(url) {
  const { pathname } = new URL(url, location.href);
  const from = shownPath();
  if (!offline.enter(pathname, waiting.of(pathname).at(-1)))
    tell("The other sentence is shown when the connection is back.");
  else {
    if (waiting.of(from).length) offline.markWaiting(from);
    drawn = true;
    history.replaceState({ htmx: true }, "", pathname);
    opened(true);
  }
  explainAgain();
  settle();
}

// --- moving inside the article without loading the frame again

function go(url, push = true) {
  if (!trouble && waiting.ready().length) wish = { url, push };
  else visit(url, push);
}

async function visit(url, push = true) {
  if (trouble) return goHere(url);
  acting = true;
  focused = push ? "" : (document.activeElement?.id ?? "");
  const before = shownPath();
  const reply = await ask(url);
  if (reply?.status === 401) return signedOut();
  if (!reply || reply.status >= 500) {
    fail(reply ? "fault" : "network");
    return goHere(url);
  }
  if (!reply.text.includes('<div id="label"')) {
    leaving = true;
    location.href = url;
    return;
  }
  if (push) history.pushState({ htmx: true }, "", url);
  const swap = { target: find("#label"), select: "#label", swap: "outerHTML" };
  await globalThis.htmx.swap({ text: reply.text, sourceElement: document.body, ...swap });
  drawn = false;
  restore();
  opened(shownPath() !== before);
  pump();
}

// Put what waits for this sentence into its form, before anything is sent.
function restore() {
  const mine = waiting.of(shownPath() ?? "");
  const newest = mine.at(-1);
  if (!newest || !form()) return;
  const { fields, revision, tab, act } = newest;
  drawn = offline.draw({ answer: offline.read(fields), revision }) || drawn;
  if (act) form().dataset.taken = "yes";
  // Whichever tab it came from, it is shown and answered for here; what was held is asked again.
  for (const entry of mine)
    if (entry.tab === tab) waiting.keep({ ...entry, tab: waiting.tab, act: entry.act && "stay", held: undefined });
}

let focused = ""; // what had the focus before a reply replaced it

// A reply or a drawing is in its place: times, focus, and whoever waits for it.
function opened(moved) {
  localTimes();
  const sentence = find("#sentence");
  if (!sentence) return settle();
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
}

// A click anywhere on another sentence goes there, unless words were being selected.
function linkUnder(element) {
  const link = element.closest?.("a.number, a#back, a#skip, .window a, .versions a, #saved a");
  if (link || element.closest?.("a, button, input, .answer") || String(getSelection())) return link;
  return element.closest?.("#label li.line:not(.current)")?.querySelector("a.number");
}

document.addEventListener("click", (event) => {
  const link = linkUnder(event.target);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const url = link.getAttribute("href").split("#")[0];
  const samePart = url.split("/").slice(0, -1).join("/") === shownPath()?.split("/").slice(0, -1).join("/");
  if (!find("#label") || !samePart) return;
  event.preventDefault();
  // "Keep the saved one": what was written here has been decided against.
  if (link.closest(".versions")) for (const entry of waiting.of(url)) waiting.drop(entry);
  if (!isActing()) go(url);
});

// Back and Forward: htmx would fetch whatever page that was; here it is a move like any other.
document.addEventListener("htmx:before:history:restore", (event) => event.preventDefault());
addEventListener("popstate", () => {
  if (location.pathname !== shownPath()) go(location.pathname + location.search, false);
});

document.addEventListener("click", (event) => {
  const act = event.target.closest?.("[data-waiting]")?.dataset.waiting;
  if (act === "copy") waiting.saveAsFile();
  if (act === "again" && trouble?.kind === "signed out") askToSignIn();
  if (act === "again") pump();
});
addEventListener("online", () => trouble && pump());
document.addEventListener("visibilitychange", () => trouble && !document.hidden && pump());
document.addEventListener("annotator:signed-in", pump);

addEventListener("beforeunload", (event) => {
  if (!leaving && waiting.ready().some((entry) => entry.tab === waiting.tab)) event.preventDefault();
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
    time.textContent = today ? clock(at) : `${at.toLocaleDateString()} ${clock(at)}`;
    delete time.dataset.local;
  }
}

localTimes();
if (find("#sentence")) find("#sentence").scrollIntoView({ block: "start" });
restore();
if (waiting.entries().length) pump();
