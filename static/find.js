// The first element of the page that a selector names.

/** @param {string} selector */
export const find = (selector) => document.querySelector(selector);
