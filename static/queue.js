// Sends each change of the answer, one after the other, and finds out what became of it.
// Until the server has said "saved" a change waits in the browser (waiting.js); while the server
// cannot be reached, labelling goes on with what the page has (offline.js). What is said about
// all that stands in saying.js.

import { busyWhile } from "./busy.js";
import * as offline from "./offline.js";
import * as saying from "./saying.js";
import { giveBack, takeSeconds } from "./seconds.js";
import { heard } from "./session-end.js";
import { askToSignIn, stopAsking, whoIsThere } from "./signed-out.js";
import * as waiting from "./waiting.js";

const SLOW = 150;
const VERY_SLOW = 4_000;
const PATIENCE = 10_000;
const RETRY = [1_000, 2_000, 4_000, 8_000];
const ASK_AGAIN = 3_000;
const UNLOADING = 5_000; // after which a page that is still here was not left
const MANY = 3; // tries after which a fault of the server is as good as no connection
const BUSY = [408, 425, 429]; // what a server or a proxy says when trying again will do
// Buttons that change nothing in the answer: a replay of what they sent only has to save.
const NEUTRAL = ["next", "add", "edit", "stay", "draft", "keep"];
const STEPS = ["undo", "redo"]; // these only the server can do
const LATER = "Undo and redo work again when the connection is back.";
// Why an answer is not sent again by itself, by the status of the refusal.
const HELD = { 403: "shut", 404: "closed", 409: "conflict" };
const GONE = ["shut", "closed"];

const find = (selector) => document.querySelector(selector);
const form = () => find("form#answer");
const shownPath = () => find("#sentence") && offline.pathOf(find("#sentence"));
const verbOf = (act) => (act ?? "").split("-")[0];

let sending = false; // an entry is on its way
let trouble = null; // {kind, since} while nothing can be saved
let tries = 0;
let timer = 0;
let slow = 0;
let acting = false; // a button or a move was asked for whose reply replaces what is shown
let wish = null; // a move that waits until what was written is saved: {url, push}
let step = ""; // "undo" or "redo" that waits likewise: it means the newest save
let drawn = false; // what is shown may be older than what the server has: drawn here, or unsure
let visits = 0; // the newest move counts, whichever reply comes first
let savedAt = null; // when the server last acknowledged something
let begun = false; // something was changed here: the form is newer than what waited before
let leaving = false; // the server leads on to another page
let unloading = false; // the browser may be fetching the next page already
let focused = ""; // what had the focus before a reply replaced it
let token = (form()?.elements ?? find("template#blank")?.content.querySelector("form").elements)
  ?.csrf_token?.value;

// Whether keys have to wait: what they would press is about to be replaced.
const isActing = () => acting || step !== "" || wish !== null;
busyWhile(isActing);

// Whatever was asked for is shown, or has failed: keys may go on.
function settle() {
  acting = false;
  document.dispatchEvent(new Event("annotator:settled"));
}

// --- when to save

// Fields that mean nothing until a button takes them.
const isDraft = (field) =>
  /-(new_name|new_type|wording)$/.test(field.name) || ["new", "unnamed"].includes(field.value);

// In a closed list each arrow and each letter is a change; what is meant is the last of them.
let keyed = null;
document.addEventListener("keydown", ({ target }) => (keyed = isList(target) ? target : null));
document.addEventListener("pointerdown", () => (keyed = null));
document.addEventListener("focusout", ({ target }) => {
  if (!isList(target) || target !== keyed) return;
  keyed = null;
  if (target.value && target.form === form()) save();
});
const LIST = 'select[name$="-via_add"]';
const isList = (element) => element.matches?.(LIST);

// The chosen link joins its chain; left in the list, the next save would add it once more.
function takeLink(list) {
  const chain = form().elements[list.name.replace(/_add$/, "")];
  chain.value = [chain.value, list.value].filter(Boolean).join(",");
  list.value = "";
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.form || field.form !== form() || !field.name || isDraft(field)) return;
  if (field === keyed) return;
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
    if (trouble) return saying.remark(LATER);
    step = act;
    return pump();
  }
  acting = Boolean(act) || goesOn();
  if (!trouble) return save(act);
  const typed = [...form().querySelectorAll('[name$="-new_name"], [name$="-wording"]')];
  const verb = verbOf(act);
  if (!NEUTRAL.includes(verb)) save(act);
  else if (verb === "stay" || typed.some((field) => field.value)) save("stay");
  if (act) instead(act);
}

// Whether the server will lead on by itself, as this person has asked for.
const goesOn = () =>
  form().dataset.autoAdvance !== undefined && !offline.missing(offline.read(offline.fieldsOf(form())));

const statusOf = ({ fields }) => fields.find(([name]) => name === "status")?.[1];

// Put the answer as it is now among what waits, and send.
function save(act = "") {
  const url = shownPath();
  for (const list of form().querySelectorAll(LIST)) takeLink(list);
  const mine = waiting.of(url);
  const last = mine.at(-1);
  const entry = {
    url,
    fields: offline.fieldsOf(form()),
    act: act || (form().dataset.taken ? "stay" : ""),
    revision: form().elements.revision.value,
    leave: form().elements.leave?.value,
    drop: form().elements.drop?.value,
    seconds: takeSeconds(),
  };
  // This is the newer word on what the server had refused.
  for (const old of mine) if (old.held) waiting.drop(old);
  // Keys are faster than the network: what was not sent yet is sent as it is now. Without a
  // connection every change stays a step of its own, so that the history shows it.
  // "No claim" over claims may turn out to be a question, so it travels alone.
  if (last && !last.sent && !last.held && !last.act && !trouble && statusOf(last) === statusOf(entry)) {
    entry.seconds += last.seconds;
    waiting.drop(last);
  }
  waiting.add(entry);
  begun = true;
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
  sending = true;
  waiting.change(entry, { sent: true });
  if (!trouble) saySlow();
  const reply = await ask(entry.url, bodyOf(entry));
  clearTimeout(slow);
  const goesOn = await take(entry, reply);
  sending = false;
  if (goesOn) pump();
}

function saySlow() {
  const many = waiting.count();
  slow = setTimeout(() => {
    saying.say("still", many > 1 ? `Sending ${many}…` : "Saving…");
    slow = setTimeout(() => saying.say("still", "Still saving…"), VERY_SLOW - SLOW);
  }, SLOW);
}

function bodyOf(entry) {
  const body = new URLSearchParams(entry.fields);
  const { revision, key, act, seconds, leave, drop } = entry;
  const open = (entry.url === shownPath() && form()?.elements.open?.value) || 0;
  const own = { revision, key, act: act || undefined, seconds, leave, drop, open };
  for (const [name, value] of Object.entries(own)) if (value !== undefined) body.set(name, value);
  body.set("user", waiting.user);
  body.set("csrf_token", token);
  return body;
}

async function ask(url, body) {
  const headers = { "HX-Request": "true" };
  const method = body ? "POST" : "GET";
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const reply = await fetch(url, { method, body, headers, signal });
    const { status, headers: answered, redirected } = reply;
    heard(answered.get("Annotator-Session"));
    return { status, headers: answered, text: await reply.text(), at: redirected && reply.url };
  } catch {
    return null;
  }
}

// --- what came of it

// Somebody on the way may answer in the server's place, as hotels do; that saves nothing.
const isOurs = ({ headers }) =>
  ["Annotator-Revision", "HX-Reswap", "HX-Location", "HX-Redirect"].some((name) => headers.has(name));

// Deal with the reply; false while nothing more can be sent.
async function take(entry, reply) {
  // The next page may have been made before this was stored: it asks again, with the same key.
  if (unloading) return false;
  const status = reply?.status ?? 0;
  if (!reply || (status < 400 && !isOurs(reply))) return fail("network");
  if (status >= 500 || BUSY.includes(status))
    return fail(
      status === 507 || reply.text.includes("cannot write") ? "write" : "fault",
      reply.headers.get("X-Request-ID"),
    );
  if (status === 401) return signedOut();
  if ([400, 403, 404].includes(status)) {
    // The page may be older than the session, or somebody else's by now.
    const there = await whoIsThere();
    if (!there) return fail("network");
    if (there.user !== waiting.user) return signedOut(there.user);
    if (status === 400 && there.token !== token) {
      token = there.token;
      return true;
    }
  }
  recover();
  const past = waiting.isPast(entry);
  const isSaved = ["Annotator-Revision", "HX-Location", "HX-Redirect"].some((name) => reply.headers.has(name));
  if (isSaved) acknowledge(entry, reply.headers);
  else if (past || STEPS.includes(entry.act)) waiting.drop(entry); // what waits behind it is newer, and whole
  else waiting.change(entry, { held: status < 300 ? "draft" : (HELD[status] ?? "refused"), why: why(reply) });
  const shown = entry.url === shownPath() && !past;
  if (shown) await show(entry, reply);
  else if (!waiting.ready().some((other) => other.act)) settle();
  return true;
}

// What the server says of a refusal, in its own words: who closed the article, and when.
const why = ({ text }) =>
  new DOMParser().parseFromString(text, "text/html").querySelector(".said-why")?.textContent;

function acknowledge(entry, headers) {
  waiting.drop(entry);
  savedAt = new Date(headers.get("Date") ?? Date.now());
  const revision = headers.get("Annotator-Revision");
  if (revision === null) return;
  // Nothing was written, as it was stored already: the time goes with the next change.
  if (Number(revision) === Number(entry.revision)) giveBack(entry.seconds);
  // What was written on top of this save is based on it.
  for (const next of waiting.of(entry.url))
    if (Number(next.revision) < Number(revision)) waiting.change(next, { revision });
  if (entry.url === shownPath() && waiting.of(entry.url).length && form())
    form().elements.revision.value = revision;
}

// The reply belongs to what is shown: put it in its place.
async function show(entry, { status, headers, text }) {
  const there = headers.get("HX-Redirect");
  if (there && !wish) {
    leaving = true;
    location.href = there;
    return;
  }
  if (there || headers.has("HX-Location")) {
    // Whoever has asked for another place meanwhile is led there, not here.
    if (!wish) await visit(JSON.parse(headers.get("HX-Location")).path);
    return;
  }
  saying.alert("");
  const swap = { text, sourceElement: form() };
  if (headers.has("HX-Retarget")) {
    await globalThis.htmx.swap({ ...swap, target: find("#alert"), swap: "innerHTML" });
    return settle();
  }
  const style = headers.get("HX-Reswap") ?? "outerMorph";
  focused = document.activeElement?.id ?? "";
  await globalThis.htmx.swap({ ...swap, target: find("#sentence"), swap: style });
  // A question ("this removes 2 claims") is no answer: it is asked once, not kept.
  if (status === 422 && form()?.elements.drop)
    for (const old of waiting.of(entry.url)) if (old.held) waiting.drop(old);
  const notice = find("#notice, #conflict");
  if (notice) saying.announce(notice.textContent);
  opened(false);
}

// --- while nothing can be saved

function fail(kind, request = "") {
  tries = trouble && trouble.kind !== kind ? 1 : tries + 1;
  trouble = { kind, since: trouble?.since ?? new Date(), request };
  timer = setTimeout(pump, retryAfter());
  stopAsking();
  explain();
  goOnHere();
  return false;
}

const retryAfter = () => RETRY[Math.min(tries, RETRY.length) - 1];

function signedOut(somebodyElse = "") {
  const before = trouble?.kind;
  trouble = { kind: "signed out", since: trouble?.since ?? new Date() };
  timer = setTimeout(pump, ASK_AGAIN);
  explain();
  if (before !== "signed out") askToSignIn(somebodyElse);
  goOnHere();
  return false;
}

function explain() {
  const soon = trouble.kind === "fault" && tries <= MANY ? retryAfter() / 1000 : 0;
  saying.sayTrouble(trouble, waiting.count(), soon);
}

// Nothing to send, or nobody to send it as: look whether that has changed.
async function lookAround() {
  sending = true;
  const there = await whoIsThere();
  sending = false;
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
  saying.sayNoTrouble();
  saying.alert("");
  saying.announce("The connection is back.");
  const many = waiting.count();
  if (many) saying.say("still", `Sending ${many}…`);
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
  const held = waiting.entries().filter((entry) => entry.held);
  const here = held.filter((entry) => entry.url === shownPath());
  const elsewhere = held.filter((entry) => entry.url !== shownPath());
  // What the server has said of this sentence itself is more than could be said here.
  if (here.some((entry) => GONE.includes(entry.held))) saying.sayHeld(here);
  else if (here.length) return;
  else if (elsewhere.length) saying.sayHeld(elsewhere);
  else saying.sayAllSaved(savedAt);
  savedAt = null;
  if (drawn && !here.length && !isTyping()) return visit(shownPath(), false);
}

const isTyping = () => document.activeElement?.matches?.("textarea, input:not([type])");

// --- without the server: what was asked for is done with what the page has

function goOnHere() {
  const last = waiting.of(shownPath() ?? "").at(-1);
  const act = acting && last?.act;
  if (step || STEPS.includes(act)) {
    // It may have been done all the same: what is shown is asked for again later.
    if (!step) drawn = true;
    if (!step) waiting.drop(last);
    step = "";
    saying.remark(LATER);
    return settle();
  }
  if (wish) {
    const { url } = wish;
    wish = null;
    return goHere(url);
  }
  if (!act) return settle();
  waiting.change(last, { act: settledAct(act) });
  if (verbOf(act) === "draft") waiting.change(last, { held: "draft" });
  instead(act);
}

// What the button of an entry comes to when its reply can no longer lead anywhere.
const settledAct = (act) => (NEUTRAL.includes(verbOf(act)) ? "stay" : act);

function instead(act) {
  const [verb, number, chosen] = act.split("-");
  const answer = offline.read(offline.fieldsOf(form()));
  const open = number ? Number(number) : Number(form().elements.open.value);
  if (verb === "next") nextHere(answer);
  else if (["stay", "speaker", "sure"].includes(verb)) form().dataset.taken = "yes";
  else draw(answer, offline.change(answer, verb, open, chosen));
  if (verb !== "next") find(".claim.open h3")?.focus({ preventScroll: true });
  if (trouble) explain();
  settle();
}

function draw(answer, open = 0) {
  const { taken } = form().dataset;
  const revision = form().elements.revision.value;
  drawn = offline.draw({ answer, open, revision }) || drawn;
  if (taken) form().dataset.taken = taken;
}

function nextHere(answer) {
  const still = offline.missing(answer);
  if (still === "answer") return saying.remark("No answer yet. Say “No claim”, or skip the sentence for now.");
  if (still && form().dataset.leave !== still) {
    form().dataset.leave = still;
    const name = still[0].toUpperCase() + still.slice(1);
    return saying.remark(`${name} is still open. Choose Next again to leave it incomplete.`);
  }
  const skip = find("#skip");
  if (skip) return goHere(new URL(skip.href).pathname);
  saying.remark("This is the last sentence. What is missing is shown when the connection is back.");
}

function goHere(url) {
  const { pathname } = new URL(url, location.href);
  const from = shownPath();
  if (!offline.enter(pathname, waiting.of(pathname).at(-1))) {
    saying.alert("The other sentence is shown when the connection is back.");
    history.replaceState({ htmx: true }, "", from);
  } else {
    if (waiting.of(from).length) offline.markWaiting(from);
    drawn = true;
    history.replaceState({ htmx: true }, "", pathname);
    opened(true);
  }
  if (trouble) explain();
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
  const mine = ++visits;
  const reply = await ask(url);
  if (mine !== visits) return;
  if (reply?.status === 401) return signedOut();
  if (!reply || reply.status >= 500) {
    fail(reply ? "fault" : "network");
    return goHere(url);
  }
  if (!reply.text.includes('<div id="label"')) {
    leaving = true;
    location.href = reply.at || url;
    return;
  }
  if (push) history.pushState({ htmx: true }, "", reply.at || url);
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
  const { fields, revision, act, held } = newest;
  const answer = offline.read(fields);
  const span = offline.spanOf(find("#sentence"));
  if (answer.whole.span && answer.whole.span !== span) return restoreMoved(mine, answer, span);
  const [verb, number, chosen] = (act ?? "").split("-");
  const open = NEUTRAL.includes(verb) ? 0 : offline.change(answer, verb, Number(number), chosen);
  drawn = offline.draw({ answer, revision, open: open || 0 }) || drawn;
  if (act) form().dataset.taken = "yes";
  if (held === "draft") return saying.sayHeld([newest]);
  // What was held is asked again.
  for (const entry of mine) waiting.change(entry, { act: settledAct(entry.act), held: undefined });
}

// A lead has split or merged the sentence since: what was chosen is shown, and saved only on purpose.
function restoreMoved(mine, answer, span) {
  answer.whole.span = span;
  drawn = offline.draw({ answer, revision: form().elements.revision.value }) || drawn;
  for (const entry of mine) waiting.change(entry, { held: "conflict" });
  remark("Your lead changed the sentences here. What you had chosen is shown and not saved: check it, then save it.");
}

// A reply or a drawing is in its place: times, focus, and whoever waits for it.
function opened(moved) {
  saying.localTimes();
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
    saying.announce(find("#sentence-heading").textContent);
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
  if (wish || location.pathname !== shownPath()) go(location.pathname + location.search, false);
});
// A page out of the browser's memory may be older than what the server has.
addEventListener("pageshow", (event) => event.persisted && location.reload());

document.addEventListener("click", (event) => {
  const act = event.target.closest?.("[data-waiting]")?.dataset.waiting;
  if (act === "copy") waiting.saveAsFile();
  if (act === "discard") discard();
  if (act === "again" && trouble?.kind === "signed out") askToSignIn();
  if (act === "again") pump();
});
// Answers to an article that is no longer this person's can only be copied and put away.
function discard() {
  for (const entry of waiting.entries()) if (GONE.includes(entry.held)) waiting.drop(entry);
  saying.alert("");
  idle();
}

addEventListener("online", () => trouble && pump());
document.addEventListener("visibilitychange", async () => {
  if (document.hidden) return;
  saying.localTimes();
  await waiting.adopt(settledAct);
  if (trouble || waiting.ready().length) pump();
});
document.addEventListener("annotator:signed-in", pump);

addEventListener("beforeunload", (event) => {
  if (leaving) return;
  if (isTyping()) document.activeElement.blur(); // what is being typed is a change too
  const names = [...document.querySelectorAll('#answer :is([name$="-new_name"], [name$="-wording"])')];
  const isTyped = names.some((field) => field.value !== field.defaultValue);
  if (isTyped || waiting.ready().length) event.preventDefault();
  unloading = true;
  setTimeout(() => {
    unloading = false;
    pump();
  }, UNLOADING);
});

// --- the page is here

saying.localTimes();
find("#sentence")?.scrollIntoView({ block: "start" });
waiting.adopt(settledAct).then(() => {
  if (!begun) restore();
  if (waiting.entries().length) pump();
});
