// Who says that keys have to wait, because what they would press is about to be replaced.

/** @type {(() => boolean)[]} */
const reasons = [];

/** @param {() => boolean} reason */
export const busyWhile = (reason) => reasons.push(reason);
export const isBusy = () => reasons.some((reason) => reason());
