export interface TextFix {
  readonly title: string;
}
export function fixesFor(): TextFix[] {
  return [];
}
