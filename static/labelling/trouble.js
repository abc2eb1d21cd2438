// While nothing can be saved: how it began, when it is tried again, and how it ends.

import { askToSignIn, stopAsking, whoIsThere } from "../signed-out.js";
import * as saying from "./saying.js";
import { explain, retryAfter } from "./shown.js";
import { state, wake } from "./state.js";
import { goOnHere } from "./unconnected.js";
import * as waiting from "../waiting.js";

const ASK_AGAIN = 3_000;

// How often in a row this has happened now; another kind of trouble begins anew.
/** @param {TroubleKind} kind @param {Pick<QueueState, "trouble" | "tries">} before */
export const triesOf = (kind, { trouble, tries }) => (trouble && trouble.kind !== kind ? 1 : tries + 1);

/** @param {TroubleKind} kind @param {string | null} [request] */
export function fail(kind, request = "") {
  state.tries = triesOf(kind, state);
  state.trouble = { kind, since: state.trouble?.since ?? new Date(), request };
  state.timer = setTimeout(wake, retryAfter(state.tries));
  stopAsking();
  explain();
  goOnHere();
  return false;
}

export function signedOut(somebodyElse = "") {
  const before = state.trouble?.kind;
  state.trouble = { kind: "signed out", since: state.trouble?.since ?? new Date() };
  state.timer = setTimeout(wake, ASK_AGAIN);
  explain();
  if (before !== "signed out") askToSignIn(somebodyElse);
  goOnHere();
  return false;
}

// Nothing to send, or nobody to send it as: look whether that has changed.
/** @returns {Promise<unknown>} */
export async function lookAround() {
  state.sending = true;
  const there = await whoIsThere();
  state.sending = false;
  if (!there) return fail("network");
  if (there.user !== waiting.user) return signedOut(there.user);
  state.token = there.token;
  recover();
  return wake();
}

export function recover() {
  if (!state.trouble) return;
  state.trouble = null;
  state.tries = 0;
  stopAsking();
  saying.sayNoTrouble();
  saying.alert("");
  saying.announce("The connection is back.");
  const many = waiting.count();
  if (many) saying.say("still", `Sending ${many}…`);
}
