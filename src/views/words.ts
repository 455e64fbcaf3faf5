/** How a sentence is said in the reader's language: `vscode.l10n.t`, or the identity in a test. */
export type Words = (message: string, ...args: (string | number)[]) => string;

/** English, with `{0}` filled in. */
export const english: Words = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (hole, index) => String(args[Number(index)] ?? hole));

/** How a reader is spoken to: the words, and the locale of the numbers. */
export interface Speech {
  readonly t: Words;
  readonly locale: string;
}
