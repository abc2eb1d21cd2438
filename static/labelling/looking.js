// Where nothing is saved, as in a preview, what is shown follows the form all the same.

import { find } from "../find.js";
import { follow } from "./follow.js";

document.addEventListener("change", ({ target }) => {
  if (target.form !== find("form#answer")) return;
  const statuses = [...target.form.querySelectorAll('[name="status"]')];
  // A status stands alone, and a claim is the newer word.
  if (target.name === "status" || target.name?.startsWith("claims-"))
    for (const other of statuses) if (other !== target) other.checked = false;
  follow();
});
