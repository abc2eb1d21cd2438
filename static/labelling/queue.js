// Sends each change of the answer, one after the other, and shows what became of it.
// Until the server has said "saved" a change waits in the browser (waiting.js). What a person has
// asked to see next is a turn (turn.js): only the reply to the entry that the turn waits for may
// lead on, or let typed-ahead keys go. While the server cannot be reached, labelling goes on with
// what the page has (offline.js). What is said about all that stands in saying.js.

import * as answers from "./answers.js";
import { find } from "../find.js";
import { follow } from "./follow.js";
import * as offline from "./offline.js";
import * as saying from "./saying.js";
import { giveBack, takeSeconds } from "./seconds.js";
import { ask, bodyOf, isForeign, judge } from "../sending.js";
import { askToSignIn, stopAsking, whoIsThere } from "../signed-out.js";
import * as turn from "./turn.js";
import * as typedAhead from "./typed-ahead.js";
import * as waiting from "../waiting.js";

const SLOW = 150;
const VERY_SLOW = 4_000;
const RETRY = [1_000, 2_000, 4_000, 8_000];
const ASK_AGAIN = 3_000;
const UNLOADING = 5_000; // after which a page that is still here was not left
const MANY = 3; // tries after which a fault of the server is as good as no connection
/** @type {(string | undefined)[]} */
const STEPS = ["undo", "redo"]; // these only the server can do
const LATER = "Undo, redo and “same speaker” work again when the connection is back.";
const FOREIGN =
  "A proxy or filter between this browser and the server refused this answer. It is kept in this browser. Reload the page to send it again.";
/** @type {(string | undefined)[]} */
const GONE = ["shut", "closed"];

const form = () => find("form#answer");
const shownPath = () => find("#sentence") && offline.pathOf(find("#sentence"));
/** @param {string} [act] */
const verbOf = (act) => (act ?? "").split("-")[0];

let sending = false; // an entry is on its way
/** @type {Trouble | null} */
let trouble = null; // {kind, since} while nothing can be saved
let tries = 0;
let timer = 0;
let slow = 0;
let drawn = false; // what is shown may be older than what the server has: drawn here, or unsure
let complete = false; // the answer shown was complete when it last came or was last sent
/** @type {Date | null} */
let savedAt = null; // when the server last acknowledged something
let begun = false; // something was changed here: the form is newer than what waited before
let leaving = false; // the server leads on to another page
let unloading = false; // the browser may be fetching the next page already
let focused = ""; // what had the focus before a reply replaced it
let renewed = ""; // the entry that is sent once more with a new form token
let token = (form()?.elements ?? find("template#blank")?.content.querySelector("form").elements)
  ?.csrf_token?.value;

// --- when to save

// Fields that mean nothing until a button takes them.
/** @param {Found} field */
const isDraft = (field) =>
  /-(new_name|new_type|wording)$/.test(field.name) || ["new", "unnamed"].includes(field.value);

// In a closed list each arrow and each letter is a change; what is meant is the last of them.
/** @type {Found} */
let keyed = null;
document.addEventListener("keydown", ({ target }) => (keyed = isList(target) ? target : null));
document.addEventListener("pointerdown", () => (keyed = null));
document.addEventListener("focusout", ({ target }) => {
  if (!isList(target) || target !== keyed) return;
  keyed = null;
  if (target.value && target.form === form()) save();
});
const LIST = 'select[name$="-via_add"]';
/** @param {Found} element */
const isList = (element) => element.matches?.(LIST);

// The chosen link joins its chain; left in the list, the next save would add it once more.
/** @param {Found} list */
function takeLink(list) {
  const chain = form().elements[list.name.replace(/_add$/, "")];
  chain.value = [chain.value, list.value].filter(Boolean).join(",");
  list.value = "";
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.form || field.form !== form() || !field.name || field === keyed) return;
  if (isDraft(field)) return follow();
  const status = [...form().querySelectorAll('[name="status"]')];
  if (field.name === "status" && field.checked) {
    for (const other of status) if (other !== field) other.checked = false;
  } else if (trouble && field.name.startsWith("claims-")) {
    for (const other of status) other.checked = false; // as the server would: the claim is newer
  }
  const leads = save();
  if (trouble && leads) nextHere(answerShown());
});

document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== form()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!turn.current()) press(event.submitter?.value ?? "");
  },
  { capture: true },
);

const answerShown = () => answers.read(offline.fieldsOf(form()));

/** @param {string} act */
function press(act) {
  if (trouble) return pressHere(act);
  if (!STEPS.includes(act) || !waiting.ready().length) return void save(act);
  turn.begin({ step: act }); // it means the newest save
  pump();
}

/** @param {string} act */
function pressHere(act) {
  if (STEPS.includes(act)) return saying.remark(LATER);
  const typed = [...form().querySelectorAll('[name$="-new_name"], [name$="-wording"]')];
  const verb = verbOf(act);
  if (!waiting.NEUTRAL.includes(verb)) save(act);
  else if (verb === "stay" || typed.some((field) => field.value)) save("stay");
  if (act) instead(act);
}

/** @param {Change} change */
const statusOf = ({ fields }) => fields.find(([name]) => name === "status")?.[1];

// Put the answer as it is now among what waits, and send. Returns whether the server will lead on by
// itself: for people who asked for it, when the only claim or the status becomes complete.
function save(act = "") {
  const url = shownPath();
  for (const list of form().querySelectorAll(LIST)) takeLink(list);
  const mine = waiting.of(url);
  const last = mine.at(-1);
  // Changed by hand after something was asked for: that is asked of the newer answer.
  const asked = mine.find(({ name }) => name === turn.current()?.entry);
  const carried = STEPS.includes(asked?.act) ? "" : asked?.act;
  const entry = {
    url,
    fields: offline.fieldsOf(form()),
    act: act || carried || (form().dataset.taken ? "stay" : ""),
    revision: form().elements.revision.value,
    leave: form().elements.leave?.value,
    drop: form().elements.drop?.value,
    seconds: takeSeconds(),
  };
  const leads = becomesComplete(answers.read(entry.fields)) && !entry.act;
  // This is the newer word on what the server had refused.
  for (const old of mine) if (old.held) waiting.drop(old);
  // Keys are faster than the network: what was not sent yet is sent as it is now. Without a
  // connection every change stays a step of its own, so that the history shows it.
  // "No claim" over claims may turn out to be a question, so it travels alone.
  if (last && !last.sent && !last.held && !last.act && !trouble && statusOf(last) === statusOf(entry)) {
    entry.seconds += last.seconds;
    waiting.drop(last);
  }
  const name = waiting.add(entry);
  begun = true;
  const now = turn.current();
  if (now && (asked || now.step === act)) turn.waitFor(now, { entry: name });
  else if (!trouble && !now && (entry.act || leads)) turn.begin({ entry: name });
  if (trouble) explain();
  else pump();
  follow();
  return leads;
}

/** @param {Answer} answer */
function becomesComplete(answer) {
  const was = complete;
  complete = !answers.missing(answer, { stored: true });
  const one = answer.claims.filter((claim) => !answers.isEmpty(claim)).length <= 1;
  return form().dataset.autoAdvance !== undefined && complete && !was && one;
}

// --- sending

// Each step is fenced in: an entry that cannot be sent or shown is no reason to keep the others.
/** @returns {Promise<unknown>} */
async function pump() {
  if (sending) return;
  clearTimeout(timer);
  if (trouble?.kind === "signed out") return lookAround();
  const entry = waiting.ready()[0];
  if (!entry) return trouble ? lookAround() : idle();
  sending = true;
  let more = true;
  try {
    waiting.change(entry, { sent: true });
    if (!trouble) saySlow();
    const open = (entry.url === shownPath() && form()?.elements.open?.value) || 0;
    const reply = await ask(entry.url, bodyOf(entry, token, open));
    clearTimeout(slow);
    more = await take(entry, reply);
  } catch (error) {
    reportError(error);
    waiting.change(entry, { held: "refused" });
    endTurnOf(entry, false);
  } finally {
    clearTimeout(slow);
    sending = false;
  }
  if (more) pump();
}

/** @param {Entry} entry */
const turnOf = (entry) => (turn.current()?.entry === entry.name ? turn.current() : null);
/** @param {Entry} entry @param {boolean} shown */
const endTurnOf = (entry, shown) => turn.end(turnOf(entry), shown);

function saySlow() {
  const many = waiting.count();
  slow = setTimeout(() => {
    saying.say("still", many > 1 ? `Sending ${many}…` : "Saving…");
    slow = setTimeout(() => saying.say("still", "Still saving…"), VERY_SLOW - SLOW);
  }, SLOW);
}

// --- what came of it

// Deal with the reply; false while nothing more can be sent.
/** @param {Entry} entry @param {Reply | null} reply */
async function take(entry, reply) {
  // The next page may have been made before this was stored: it asks again, with the same key.
  if (unloading) return false;
  const came = await judge(reply, token, renewed === entry.name);
  renewed = came.token ? entry.name : "";
  if (!reply || came.trouble) return fail(came.trouble ?? "network", came.request);
  if (came.signedOut !== undefined) return signedOut(came.signedOut);
  if (came.token) {
    token = came.token;
    return true;
  }
  recover();
  const past = waiting.isPast(entry);
  if (came.saved) acknowledge(entry, reply.headers);
  else if (past || STEPS.includes(entry.act)) waiting.drop(entry); // what waits behind it is newer, and whole
  else waiting.change(entry, came);
  if (entry.url === shownPath() && !past) await show(entry, reply);
  else endTurnOf(entry, false);
  return true;
}

/** @param {Entry} entry @param {Headers} headers */
function acknowledge(entry, headers) {
  savedAt = new Date(headers.get("Date") ?? Date.now());
  const revision = headers.get("Annotator-Revision");
  if (revision === null) return waiting.drop(entry);
  waiting.acknowledge(entry, revision);
  // Nothing was written, as it was stored already: the time goes with the next change.
  if (Number(revision) === Number(entry.revision)) giveBack(entry.seconds);
  if (entry.url === shownPath() && form()) form().elements.revision.value = revision;
}

// The reply belongs to what is shown: put it in its place. It leads on only where somebody waits
// for it to: a person who went on offline, or has asked for another place, stays there.
/** @param {Entry} entry @param {Reply} reply */
async function show(entry, reply) {
  const { status, headers, text } = reply;
  const now = turnOf(entry);
  const there = headers.get("HX-Redirect");
  if (there || headers.has("HX-Location")) {
    if (!now) drawn = true;
    else if (there) leave(there);
    else {
      turn.waitFor(now, { url: JSON.parse(String(headers.get("HX-Location"))).path, push: true });
      await visit(now);
    }
    return;
  }
  saying.alert("");
  if (isForeign(reply)) {
    // Nothing of it belongs on this page, which stays as it is.
    saying.sayHeld([{ ...entry, held: "refused" }]);
    saying.remark(FOREIGN);
    return turn.end(now, false);
  }
  const isPart = headers.has("HX-Retarget");
  await turn.whileSwapping(async () => {
    const swap = { text, sourceElement: form() };
    if (isPart) return globalThis.htmx.swap({ ...swap, target: find("#alert"), swap: "innerHTML" });
    const style = headers.get("HX-Reswap") ?? "outerMorph";
    focused = document.activeElement?.id ?? "";
    await globalThis.htmx.swap({ ...swap, target: find("#sentence"), swap: style });
    // A question ("this removes 2 claims") is no answer: it is asked once, not kept.
    if (status === 422 && form()?.elements.drop)
      for (const old of waiting.of(entry.url)) if (old.held) waiting.drop(old);
    const notice = find("#notice, #conflict");
    if (notice) saying.announce(notice.textContent);
    opened(false);
  });
  const asAsked = status < 400 && !isPart && entry.act !== "next" && !find("#notice");
  turn.end(now, asAsked);
}

/** @param {string} url */
function leave(url) {
  leaving = true;
  location.href = url;
}

// --- while nothing can be saved

/** @param {TroubleKind} kind @param {string | null} [request] */
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
  if (!trouble) return;
  const soon = trouble.kind === "fault" && tries <= MANY ? retryAfter() / 1000 : 0;
  saying.sayTrouble(trouble, waiting.count(), soon);
}

// Nothing to send, or nobody to send it as: look whether that has changed.
/** @returns {Promise<unknown>} */
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
  const now = turn.current();
  if (now?.url) return visit(now);
  // What a turn waits for may have been put away, as signing out in another window does.
  if (now?.entry && !sending) turn.end(now, false);
  if (now?.step) return find(`#answer button[value="${now.step}"]`) ? save(now.step) : turn.end(now, false);
  const here = sayWhatIs();
  if (drawn && !here.length && !isTyping() && !now)
    visit(turn.begin({ url: shownPath(), push: false }));
}

// Returns what the server has refused of the sentence that is shown.
function sayWhatIs() {
  const held = waiting.entries().filter((entry) => entry.held);
  const here = held.filter((entry) => entry.url === shownPath());
  const elsewhere = held.filter((entry) => entry.url !== shownPath());
  // What the server has said of this sentence itself is more than could be said here.
  if (here.some((entry) => GONE.includes(entry.held))) saying.sayHeld(here);
  else if (here.length) return here;
  else if (elsewhere.length) saying.sayHeld(elsewhere);
  else if (!savedAt && waiting.count()) saying.sayElsewhere(waiting.count());
  else saying.sayAllSaved(savedAt);
  savedAt = null;
  return here;
}

const isTyping = () => document.activeElement?.matches?.("textarea, input:not([type])");

// --- without the server: what was asked for is done with what the page has

function goOnHere() {
  const now = turn.current();
  if (!now) return;
  if (now.url) return goHere(now);
  const entry = waiting.entries().find(({ name }) => name === now.entry);
  if (now.step || STEPS.includes(entry?.act)) {
    if (entry) {
      // It may have been done all the same: what is shown is asked for again later.
      drawn = true;
      waiting.drop(entry);
    }
    saying.remark(LATER);
    return turn.end(now, false);
  }
  if (!entry) return turn.end(now, false);
  waiting.change(entry, { act: waiting.settledAct(entry.act) });
  if (verbOf(entry.act) === "draft") waiting.change(entry, { held: "draft" });
  turn.end(now, instead(entry.act || "next"));
}

// Returns whether what was asked for is shown.
/** @param {string} act */
function instead(act) {
  const [verb, number, chosen] = act.split("-");
  const answer = answerShown();
  const open = number ? Number(number) : Number(form().elements.open.value);
  if (verb === "next") return nextHere(answer);
  if (["stay", "speaker", "sure"].includes(verb)) form().dataset.taken = "yes";
  else draw(answer, answers.change(answer, verb, open, chosen));
  find(".claim.open h3")?.focus({ preventScroll: true });
  if (trouble) explain();
  return true;
}

/** @param {Answer} answer @param {number} [open] */
function draw(answer, open = 0) {
  const { taken } = form().dataset;
  const revision = form().elements.revision.value;
  drawn = offline.draw({ answer, open, revision }) || drawn;
  if (taken) form().dataset.taken = taken;
  follow();
}

/** @param {Answer} answer */
function nextHere(answer) {
  const still = answers.missing(answer);
  const skip = find("#skip");
  if (still === "answer") saying.remark("No answer yet. Add a claim, choose “No claim” or skip the sentence.");
  else if (still && form().dataset.leave !== still) {
    form().dataset.leave = still;
    const name = still[0].toUpperCase() + still.slice(1);
    saying.remark(`${name} is still open. Choose Next again to leave it incomplete.`);
  } else if (skip) return enterHere(new URL(skip.href).pathname);
  else saying.remark("This is the last sentence. What is missing is shown when the connection is back.");
  return false;
}

/** @param {Turn} now */
const goHere = (now) => turn.end(now, enterHere(now.url ?? ""));

// Show another sentence with what the page has; returns whether it could be.
/** @param {string} url */
function enterHere(url) {
  const { pathname } = new URL(url, location.href);
  const from = shownPath();
  const is = offline.enter(pathname, waiting.of(pathname).at(-1));
  if (!is) {
    saying.alert("The other sentence is shown when the connection is back.");
    history.replaceState({ htmx: true }, "", from);
  } else {
    if (waiting.of(from).length) offline.markWaiting(from);
    drawn = true;
    history.replaceState({ htmx: true }, "", pathname);
    opened(true);
  }
  if (trouble) explain();
  return is;
}

// --- moving inside the article without loading the frame again

/** @param {string} url @param {boolean} [push] */
function go(url, push = true) {
  const now = turn.begin({ url, push });
  if (trouble || !waiting.ready().length) visit(now);
  else pump(); // what was written first
}

// The sentence that a turn waits for takes the place of the one that is shown.
/** @param {Turn} now */
async function visit(now) {
  try {
    await bring(now);
  } catch (error) {
    reportError(error);
    turn.end(now, false);
  }
}

/** @param {Turn} now */
async function bring(now) {
  const { url = "", push } = now;
  if (trouble) return goHere(now);
  focused = push ? "" : (document.activeElement?.id ?? "");
  const before = shownPath();
  const reply = await ask(url);
  if (turn.current() !== now) return; // something else was asked for meanwhile
  if (reply?.status === 401) return signedOut();
  if (!reply || reply.status >= 500) return fail(reply ? "fault" : "network");
  if (!reply.text.includes('<div id="label"')) return leave(reply.at || url);
  if (push) history.pushState({ htmx: true }, "", reply.at || url);
  await turn.whileSwapping(async () => {
    const swap = { target: find("#label"), select: "#label", swap: "outerHTML" };
    await globalThis.htmx.swap({ text: reply.text, sourceElement: document.body, ...swap });
    drawn = false;
    restore();
    opened(shownPath() !== before);
  });
  turn.end(now);
  pump();
}

// Put what waits for this sentence into its form, before anything is sent.
function restore() {
  const mine = waiting.of(shownPath() ?? "");
  const newest = mine.at(-1);
  if (!newest || !form()) return;
  const { fields, revision, act, held } = newest;
  const answer = answers.read(fields);
  const span = offline.spanOf(find("#sentence"));
  if (answer.whole.span && answer.whole.span !== span) return restoreMoved(mine, answer, span);
  const [verb, number, chosen] = (act ?? "").split("-");
  const open = waiting.NEUTRAL.includes(verb) ? 0 : answers.change(answer, verb, Number(number), chosen);
  drawn = offline.draw({ answer, revision, open: open || 0 }) || drawn;
  if (act) form().dataset.taken = "yes";
  follow();
  if (held === "draft") return saying.sayHeld([newest]);
  // What was held is asked again.
  for (const entry of mine) waiting.change(entry, { act: waiting.settledAct(entry.act), held: undefined });
}

// A lead has split or merged the sentence since: what was chosen is shown, and saved only on purpose.
/** @param {Entry[]} mine @param {Answer} answer @param {string} span */
function restoreMoved(mine, answer, span) {
  answer.whole.span = span;
  drawn = offline.draw({ answer, revision: form().elements.revision.value }) || drawn;
  follow();
  for (const entry of mine) waiting.change(entry, { held: "conflict" });
  saying.sayHeld(waiting.of(shownPath()));
  saying.remark("Your lead changed the sentences here. Your choices are shown but not saved: check them, then save.");
}

// A reply or a drawing is in its place: times, and the focus.
/** @param {boolean} moved */
function opened(moved) {
  saying.localTimes();
  const sentence = find("#sentence");
  if (!sentence) return;
  complete = sentence.matches(".decided");
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
}

// A click anywhere on another sentence goes there, unless words were being selected.
/** @param {Found} element */
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
  // "Use the saved version": what was written here has been decided against.
  if (link.closest(".versions")) for (const entry of waiting.of(url)) waiting.drop(entry);
  if (!turn.current()) go(url);
});

// Back and Forward: htmx would fetch whatever page that was; here it is a move like any other.
document.addEventListener("htmx:before:history:restore", (event) => event.preventDefault());
addEventListener("popstate", () => {
  if (turn.current()?.url || location.pathname !== shownPath()) go(location.pathname + location.search, false);
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

// A form that is drawn here has no control for what only the server can do.
document.addEventListener("annotator:missed", ({ detail }) => {
  const later = find("template#blank")?.dataset.later ?? "";
  if (trouble && form() && later.split(" ").includes(detail)) saying.remark(LATER);
});

addEventListener("online", () => trouble && pump());
// Another window has sent what waited there, or has something new.
addEventListener("storage", ({ key }) => {
  if (key?.startsWith("annotator-waiting-") && !trouble && !waiting.ready().length) sayWhatIs();
});
document.addEventListener("visibilitychange", async () => {
  if (document.hidden) return;
  saying.localTimes();
  await waiting.adopt();
  if (trouble || waiting.ready().length) pump();
});
document.addEventListener("annotator:signed-in", pump);

addEventListener("beforeunload", (event) => {
  if (leaving) return;
  if (isTyping()) /** @type {HTMLElement} */ (document.activeElement).blur(); // what is being typed is a change too
  const names = [...document.querySelectorAll('#answer :is([name$="-new_name"], [name$="-wording"])')];
  const isTyped = names.some((field) => field.value !== field.defaultValue);
  if (isTyped || waiting.ready().length || typedAhead.count()) event.preventDefault();
  unloading = true;
  setTimeout(() => {
    unloading = false;
    pump();
  }, UNLOADING);
});

// --- the page is here

saying.localTimes();
find("#sentence")?.scrollIntoView({ block: "start" });
complete = Boolean(find("#sentence.decided"));
waiting.adopt().then(() => {
  if (!begun) restore();
  complete = Boolean(find("#sentence.decided"));
  if (waiting.all().length) pump();
});
