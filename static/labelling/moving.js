// Moving inside the article without loading the frame again.

import { parseAct } from "../acts.js";
import * as answers from "./answers.js";
import { find } from "../find.js";
import { follow } from "./follow.js";
import * as offline from "./offline.js";
import * as saying from "./saying.js";
import { ask } from "../sending.js";
import { form, opened, shownPath, shownUrl } from "./shown.js";
import { state, wake } from "./state.js";
import { fail, signedOut } from "./trouble.js";
import * as turn from "./turn.js";
import { goHere } from "./unconnected.js";
import * as waiting from "../waiting.js";

/** @param {string} url @param {boolean} [push] */
function go(url, push = true) {
  const now = turn.begin({ url, push });
  if (state.trouble || !waiting.ready().length) visit(now);
  else wake(); // what was written first
}

// The sentence that a turn waits for takes the place of the one that is shown. It is fetched once, also
// where the queue is woken again meanwhile.
/** @param {Turn} now */
export async function visit(now) {
  if (state.visited === now) return;
  state.visited = now;
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
  if (state.trouble) return goHere(now);
  state.focused = push ? "" : (document.activeElement?.id ?? "");
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
    state.drawn = false;
    restore();
    opened(shownPath() !== before);
  });
  turn.end(now);
  wake();
}

// The next sentence has come with the reply to the last one: it goes into its line of the column.
/** @param {Turn} now @param {string} path @param {string} text */
export async function arrive(now, path, text) {
  const line = offline.lineOf(path);
  if (!line || line.id) {
    turn.waitFor(now, { url: path, push: true });
    return visit(now);
  }
  state.focused = "";
  history.pushState({ htmx: true }, "", path);
  await turn.whileSwapping(async () => {
    offline.leaveLine(find("#sentence"));
    await globalThis.htmx.swap({ text, sourceElement: line, target: line, swap: "outerHTML" });
    state.drawn = false;
    restore();
    opened(true);
  });
  turn.end(now);
}

/** @param {string} url */
export function leave(url) {
  state.leaving = true;
  location.href = url;
}

// Put what waits for this sentence into its form, before anything is sent.
export function restore() {
  const mine = waiting.of(shownPath() ?? "");
  const newest = mine.at(-1);
  if (!newest || !form()) return;
  const { fields, revision, act, held } = newest;
  const answer = answers.read(fields);
  const span = offline.spanOf(find("#sentence"));
  if (answer.whole.span && answer.whole.span !== span) return restoreMoved(mine, answer, span);
  const asked = parseAct(act);
  const open = waiting.NEUTRAL.includes(asked.verb) ? 0 : answers.change(answer, asked);
  state.drawn = offline.draw({ answer, revision, open }) || state.drawn;
  if (act) form().dataset.taken = "yes";
  follow();
  if (held === "draft") return saying.sayHeld([newest]);
  // What was held is asked again.
  for (const entry of mine) waiting.change(entry, { act: waiting.settledAct(entry), held: undefined });
}

// A lead has split or merged the sentence since: what was chosen is shown, and saved only on purpose.
/** @param {Entry[]} mine @param {Answer} answer @param {string} span */
function restoreMoved(mine, answer, span) {
  answer.whole.span = span;
  state.drawn = offline.draw({ answer, revision: form().elements.revision.value }) || state.drawn;
  follow();
  for (const entry of mine) waiting.change(entry, { held: "conflict" });
  saying.sayHeld(waiting.of(shownPath()));
  saying.remark("Your lead changed the sentences here. Your choices are shown but not saved: check them, then save.");
}

// A click anywhere on another sentence goes there, unless words were being selected.
/** @param {Found} element */
function linkUnder(element) {
  const link = element.closest?.("a.number, a#back, a#skip, .window a, .versions a, #saved a");
  if (link || element.closest?.("a, button, input, .answer") || String(getSelection())) return link;
  return element.closest?.("#label li.line:not(.current)")?.querySelector("a.number");
}

// What the page fetches anew by itself nobody has asked for: it gives way to what somebody asks.
/** @param {Turn | null} now */
const isRefresh = (now) => now?.push === false && now.url === shownUrl();

document.addEventListener("click", (event) => {
  const link = linkUnder(event.target);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const url = link.getAttribute("href").split("#")[0];
  const samePart = url.split("/").slice(0, -1).join("/") === shownPath()?.split("/").slice(0, -1).join("/");
  if (!find("#label") || !samePart) return;
  event.preventDefault();
  // "Use the saved version": what was written here has been decided against.
  if (link.closest(".versions")) for (const entry of waiting.of(url)) waiting.drop(entry);
  if (!turn.current() || isRefresh(turn.current())) go(url);
});

// Back and Forward: htmx would fetch whatever page that was; here it is a move like any other.
document.addEventListener("htmx:before:history:restore", (event) => event.preventDefault());
addEventListener("popstate", () => {
  if (turn.current()?.url || location.pathname !== shownPath()) go(location.pathname + location.search, false);
});
// A page out of the browser's memory may be older than what the server has.
addEventListener("pageshow", (event) => event.persisted && location.reload());
