// The recommended rules of ESLint, no-undef among them, over the scripts of the pages and their tests.
// (What crosses the files has types: tsconfig.json and types.d.ts, checked by tsc -p tests/lint.)
// From the root of the checkout:
//   npm install --prefix tests/lint --no-package-lock
//   tests/lint/node_modules/.bin/eslint -c tests/lint/eslint.config.js static tests/js

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["static/vendor/"] },
  js.configs.recommended,
  {
    files: ["static/**/*.js"],
    languageOptions: { sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: { "no-shadow-restricted-names": "error", "no-unused-vars": ["error", { args: "after-used", argsIgnorePattern: "^_" }] },
  },
  {
    files: ["tests/js/**/*.mjs"],
    languageOptions: { sourceType: "module", globals: globals.node },
  },
];
