// Who is signed in in this browser now, and the way back in.

import { heard } from "./session-end.js";

const dialog = document.querySelector("#signed-out");
const PATIENCE = 10_000;

// The person and the form token of this browser's session; null where nobody answers.
/** @returns {Promise<Session | null>} */
export async function whoIsThere() {
  try {
    const reply = await fetch("/account", { signal: AbortSignal.timeout(PATIENCE) });
    heard(reply.headers.get("Annotator-Session"));
    if (!reply.ok) return null;
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const token = page.querySelector('[name="csrf_token"]')?.value;
    return { user: page.documentElement.dataset.user ?? "", token };
  } catch {
    return null;
  }
}

/** @param {string} [somebodyElse] */
export function askToSignIn(somebodyElse) {
  if (!dialog || dialog.open) return;
  const words = dialog.querySelector("[data-words]");
  words.textContent = somebodyElse
    ? "Another user is signed in in this browser now. Sign in again with your own account; your answer is kept."
    : words.dataset.words;
  dialog.showModal();
}

export const stopAsking = () => dialog?.open && dialog.close();

dialog?.querySelector("form").addEventListener("submit", async (/** @type {Event & { target: Found }} */ event) => {
  event.preventDefault();
  const form = event.target;
  try {
    await (await import("./sign-in-again.js")).signInAgain(form, whoIsThere);
  } catch {
    form.querySelector("[data-error]").textContent = "No connection. Try again in a moment.";
  }
});
