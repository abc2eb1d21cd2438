// Sends what waits, one entry after the other, and shows what became of each. What a person has asked
// to see next is a turn (turn.js): only the reply to the entry that the turn waits for may lead on, or
// let typed-ahead keys go.

import { STEPS } from "../acts.js";
import { find } from "../find.js";
import { arrive, leave, visit } from "./moving.js";
import { save } from "./saving.js";
import * as saying from "./saying.js";
import { giveBack } from "./seconds.js";
import * as replies from "./replies.js";
import { ask, bodyOf, isForeign, judge } from "../sending.js";
import { form, isTyping, opened, sayWhatIs, shownPath, shownUrl } from "./shown.js";
import { state, wakeBy } from "./state.js";
import { fail, lookAround, recover, signedOut } from "./trouble.js";
import { canTakeParts, takeTools } from "./tools.js";
import * as turn from "./turn.js";
import * as waiting from "../waiting.js";

const SLOW = 150;
const VERY_SLOW = 4_000;
const FOREIGN =
  "A proxy or filter between this browser and the server refused this answer. It is kept in this browser. Reload the page to send it again.";

// Each step is fenced in: an entry that cannot be sent or shown is no reason to keep the others.
/** @returns {Promise<unknown>} */
export async function pump() {
  if (state.sending) return;
  clearTimeout(state.timer);
  if (state.trouble?.kind === "signed out") return lookAround();
  const entry = waiting.ready()[0];
  if (!entry) return state.trouble ? lookAround() : idle();
  state.sending = true;
  let more = true;
  try {
    waiting.change(entry, { sent: true });
    if (!state.trouble) saySlow();
    const isShown = entry.url === shownPath();
    const open = (isShown && form()?.elements.open?.value) || 0;
    const parts = isShown && !state.drawn && canTakeParts() ? "y" : "";
    const reply = await ask(entry.url, bodyOf(entry, state.token, open, parts));
    clearTimeout(state.slow);
    more = await take(entry, reply);
  } catch (error) {
    reportError(error);
    waiting.change(entry, { held: "refused" });
    endTurnOf(entry, false);
  } finally {
    clearTimeout(state.slow);
    state.sending = false;
  }
  if (more) pump();
}

wakeBy(pump);

/** @param {Entry} entry @param {boolean} shown */
const endTurnOf = (entry, shown) => turn.end(turn.of(entry), shown);

function saySlow() {
  const many = waiting.count();
  state.slow = setTimeout(() => {
    saying.say("still", many > 1 ? `Sending ${many}…` : "Saving…");
    state.slow = setTimeout(() => saying.say("still", "Still saving…"), VERY_SLOW - SLOW);
  }, SLOW);
}

// --- what came of it

// Deal with the reply; false while nothing more can be sent.
/** @param {Entry} entry @param {Reply | null} reply */
async function take(entry, reply) {
  // The next page may have been made before this was stored: it asks again, with the same key.
  if (state.unloading) return false;
  const came = await judge(reply, state.token, state.renewed === entry.name);
  state.renewed = came.token ? entry.name : "";
  if (!reply || came.trouble) return fail(came.trouble ?? "network", came.request);
  if (came.signedOut !== undefined) return signedOut(came.signedOut);
  if (came.token) {
    state.token = came.token;
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
  state.savedAt = new Date(headers.get("Date") ?? Date.now());
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
  const now = turn.of(entry);
  const there = headers.get("HX-Redirect");
  if (there || headers.has("HX-Location")) {
    if (!now) state.drawn = true;
    else if (there) leave(there);
    else {
      turn.waitFor(now, { url: JSON.parse(String(headers.get("HX-Location"))).path, push: true });
      await visit(now);
    }
    return;
  }
  const place = headers.get("Annotator-Place");
  if (place) {
    if (now) return arrive(now, place, text);
    state.drawn = true;
    return;
  }
  saying.alert("");
  if (headers.get("Annotator-Only") === "tools") {
    if (state.drawn || !canTakeParts()) state.drawn = true;
    else takeTools(text);
    return turn.end(now, true);
  }
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
    const said = find("#replies");
    state.focused = document.activeElement?.id ?? "";
    await globalThis.htmx.swap({ ...swap, target: find("#sentence"), swap: style });
    replies.keep(said);
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

// Everything that can be sent has been.
export function idle() {
  const now = turn.current();
  if (now?.url) return visit(now);
  // What a turn waits for may have been put away, as signing out in another window does.
  if (now?.entry && !state.sending) turn.end(now, false);
  if (now?.step) return find(`#answer button[value="${now.step}"]`) ? save(now.step) : turn.end(now, false);
  const here = sayWhatIs();
  if (state.drawn && !here.length && !isTyping() && !now)
    visit(turn.begin({ url: shownUrl(), push: false }));
}
