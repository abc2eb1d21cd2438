// What the queue of the label page knows, in one place: who changes it, and when, stands in pump.js,
// trouble.js, saving.js, unconnected.js and moving.js. And the way to wake it.

import { find } from "../find.js";
import { follow } from "./answers.js";

follow(find("#label")?.dataset ?? {});

const form = find("form#answer") ?? find("template#blank")?.content.querySelector("form");

/** @type {QueueState} */
export const state = {
  sending: false,
  trouble: null,
  tries: 0,
  timer: 0,
  slow: 0,
  drawn: false,
  complete: false,
  savedAt: null,
  begun: false,
  visited: null,
  leaving: false,
  unloading: false,
  focused: "",
  renewed: "",
  token: form?.elements.csrf_token?.value,
};

// Whoever has something to send, or wants to know whether the server is back, wakes the queue. It
// sends by pump.js, which calls most of those who wake it: they do not import it.
/** @type {() => Promise<unknown>} */
let pump = async () => {};
/** @param {() => Promise<unknown>} how */
export const wakeBy = (how) => (pump = how);
export const wake = () => pump();
