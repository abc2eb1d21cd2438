// Signs in again in the dialog of the label page: by password, and by the code of the authenticator
// app where the password is half of it. It is fetched when somebody does so.

/**
 * @param {Found} form
 * @param {() => Promise<Session | null>} whoIsThere
 */
export async function signInAgain(form, whoIsThere) {
  const error = form.querySelector("[data-error]");
  const code = form.querySelector("[data-code]");
  const codePage = `${form.action}/code`;
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  form.elements.password.value = form.elements.code.value = "";
  const before = await whoIsThere();
  if (!before) return (error.textContent = "No connection. Try again in a moment.");
  body.set("csrf_token", before.token);
  const reply = await fetch(code.hidden ? form.action : codePage, { method: "POST", body });
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const [address] = reply.url.split("?");
  const asksCode = address === codePage;
  const inside = reply.ok && !address.startsWith(form.action) && !page.querySelector("[data-must]");
  code.hidden = !asksCode;
  form.querySelector("[data-password]").hidden = asksCode;
  form.elements.password.required = !asksCode;
  form.elements.code.required = asksCode;
  if (asksCode) form.elements.code.focus();
  const said = page.querySelector('main [role="alert"], #code-error, [data-must]');
  error.textContent = inside ? "" : (said?.textContent ?? "");
  if (inside) document.dispatchEvent(new Event("annotator:signed-in"));
}
