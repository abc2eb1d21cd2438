// Answers that wait in this browser, on a page that does not label: how many they are, what becomes
// of them, and where a person has to look. They are sent as the label page would send them.

import { ask, bodyOf, judge } from "./sending.js";
import { whoIsThere } from "./signed-out.js";
import * as waiting from "./waiting.js";

const RETRY = 4_000;
const region = document.createElement("div");
let sending = false;
let sent = 0; // answers that this page has brought to the server
let timer = 0;
/** @type {TroubleKind | ""} */
let trouble = ""; // what stood in the way last

Object.assign(region, { id: "unsent", className: "flash" });
region.setAttribute("role", "status");
document.querySelector("main").before(region);

// --- sending

async function send() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  trouble = "";
  try {
    await waiting.adopt();
    trouble = await sendAll();
  } finally {
    sending = false;
    tell();
    // What another window has is its to send; it may be closed, and then this page's.
    if (waiting.count()) timer = setTimeout(send, RETRY);
  }
}

// Send until nothing is left; returns what stands in the way of the rest.
/** @returns {Promise<TroubleKind | "">} */
async function sendAll() {
  if (!waiting.ready().length) return "";
  tell();
  const there = await whoIsThere();
  if (!there) return "network";
  if (there.user !== waiting.user) return "signed out";
  let renewed = "";
  for (let [entry] = waiting.ready(); entry; [entry] = waiting.ready()) {
    const act = waiting.settledAct(entry);
    const reply = await ask(entry.url, bodyOf({ ...entry, act }, there.token));
    const came = await judge(reply, there.token, renewed === entry.name);
    renewed = came.token ? entry.name : "";
    if (came.trouble) return came.trouble;
    if (came.signedOut !== undefined) return "signed out";
    if (came.token) there.token = came.token;
    else settle(entry, came, reply);
  }
  return "";
}

/** @param {Entry} entry @param {Outcome} came @param {Reply | null} reply */
function settle(entry, came, reply) {
  if (came.saved) waiting.acknowledge(entry, reply?.headers.get("Annotator-Revision") ?? entry.revision);
  else if (waiting.isPast(entry)) waiting.drop(entry); // what waits behind it is newer, and whole
  else waiting.change(entry, came);
  if (!waiting.of(entry.url).length) sent += 1;
}

// --- telling

const NOT_SUBMITTED =
  "Not submitted: this browser has unsent answers for this article. Submit it after they are saved.";
let isSubmitRefused = false; // said as long as something waits, whatever else is said meanwhile

function tell() {
  const lines = [];
  const many = waiting.count();
  if (many && trouble) lines.push(line(waiting.inWords(many, trouble), ...wayBack(trouble)));
  else if (many) lines.push(line(`Sending ${waiting.unsent(many)} from this browser.`));
  else if (sent) {
    lines.push(line(`Saved ${sent} answer${sent === 1 ? "" : "s"} from this browser. `, link("Reload this page", location.href)));
  }
  lines.push(...held());
  if (isSubmitRefused && waiting.all().length) lines.push(line(NOT_SUBMITTED));
  region.replaceChildren(...lines);
}

/** @param {TroubleKind} trouble */
const wayBack = (trouble) => (trouble === "signed out" ? [" ", link("Sign in", "/sign-in")] : []);

// What the server refused is a person's to look at.
function held() {
  const all = waiting.all().filter((entry) => entry.held);
  const gone = all.filter((entry) => waiting.GONE.includes(entry.held));
  const urls = [...new Set(all.filter((entry) => !gone.includes(entry)).map(({ url }) => url))];
  const lines = urls.map((url) => line("Not saved, kept in this browser: ", link(`check sentence ${numberOf(url)}`, `${url}#sentence`)));
  if (gone.length)
    lines.push(
      line(
        "Not saved: an article was closed, reassigned or submitted. ",
        button("Save a copy as a file", waiting.saveAsFile),
        " ",
        button("Discard", () => discard(gone)),
      ),
    );
  return lines;
}

/** @param {Entry[]} entries */
function discard(entries) {
  for (const entry of entries) waiting.drop(entry);
  tell();
}

/** @param {string} url */
const numberOf = (url) => Number(url.split("/").at(-1)) + 1;
/** @param {string} tag @param {object} properties */
const element = (tag, properties) => Object.assign(document.createElement(tag), properties);
/** @param {string} textContent @param {string} href */
const link = (textContent, href) => element("a", { textContent, href });

/** @param {string} textContent @param {() => void} act */
function button(textContent, act) {
  const made = element("button", { type: "button", className: "link", textContent });
  made.addEventListener("click", act);
  return made;
}

/** @param {...(Node | string)} content */
function line(...content) {
  const made = document.createElement("p");
  made.append(...content);
  return made;
}

// --- handing in an article before all of it is there would shut out the rest

document.addEventListener(
  "submit",
  (event) => {
    const [, article] = new URL(event.target.action).pathname.match(/^\/label\/(\d+)\/submit$/) ?? [];
    const left = waiting.all().filter((entry) => entry.url.startsWith(`/label/${article}/`));
    if (!article || !left.length) return;
    event.preventDefault();
    isSubmitRefused = true;
    tell();
  },
  { capture: true },
);

addEventListener("online", send);
addEventListener("storage", () => !sending && tell());
send();
