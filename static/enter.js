// Enter presses the one thing that a page proposes, unless something else has the focus.

document.addEventListener("keydown", (event) => {
  const { key, repeat, defaultPrevented, ctrlKey, altKey, metaKey, shiftKey, isComposing } = event;
  if (key !== "Enter" || repeat || defaultPrevented || isComposing) return;
  if (ctrlKey || altKey || metaKey || shiftKey) return;
  if (document.activeElement?.matches("a, button, input, select, textarea, summary")) return;
  const proposed = document.querySelector('[data-key="Enter"]');
  if (!proposed) return;
  event.preventDefault();
  proposed.click();
});
