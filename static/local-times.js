// Times in the person's own zone: the server writes them in UTC, which stays where there are no scripts.

/** @param {Date} at */
const clock = (at) => at.toLocaleTimeString([], { hour12: false });
/** @param {Date} at */
const isToday = (at) => at.toDateString() === new Date().toDateString();

// A time older than today shows its date.
/** @param {Date} at */
export const when = (at) => (isToday(at) ? clock(at) : `${at.toLocaleDateString()} ${clock(at)}`);

export function localTimes() {
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll("time[data-local]")))
    time.textContent = when(new Date(time.dateTime));
}

localTimes();
setInterval(localTimes, 60_000); // midnight comes while a page is open
