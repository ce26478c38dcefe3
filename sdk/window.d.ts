/** What this file's own check lets `window.IMP` be; `test/typings.ts` is stricter. */
interface Window {
  IMP?: any;
}
