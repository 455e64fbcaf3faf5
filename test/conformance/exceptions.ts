/** Recorded cases that the product answers otherwise, each with its reason; mirrored in docs/feature-support.md. */
export const exceptions: Readonly<Record<string, string>> = {};
