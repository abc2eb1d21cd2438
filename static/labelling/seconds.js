// Active seconds: time between two acts of the person, idle stretches of a minute and more left out.

const IDLE = 60_000;
let active = 0;
let last = Date.now();

for (const kind of ["keydown", "pointerdown", "pointermove", "scroll"])
  document.addEventListener(
    kind,
    () => {
      const now = Date.now();
      if (now - last < IDLE) active += now - last;
      last = now;
    },
    { passive: true, capture: true },
  );

// The seconds since this was last asked.
export function takeSeconds() {
  const seconds = Math.round(active / 1000);
  active = 0;
  return seconds;
}

// Seconds that were taken and not stored count again.
/** @param {number} seconds */
export function giveBack(seconds) {
  active += seconds * 1000;
}
