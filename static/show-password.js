// Puts a "Show" button under each password field; without JavaScript there is none.

for (const input of document.querySelectorAll('input[type="password"]')) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = "Show";
  button.setAttribute("aria-label", `Show ${input.labels[0].textContent.toLowerCase()}`);
  button.setAttribute("aria-pressed", "false");
  /** @param {boolean} shown */
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false));
  const row = document.createElement("div");
  row.className = "actions";
  row.append(button);
  input.after(row);
}
