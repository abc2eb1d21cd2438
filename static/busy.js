// Who says that keys have to wait, because what they would press is about to be replaced.

const reasons = [];

export const busyWhile = (reason) => reasons.push(reason);
export const isBusy = () => reasons.some((reason) => reason());
