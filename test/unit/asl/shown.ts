import { parseMachine, type SourceLanguage } from '../../../src/asl';
import type { Problem, TextRange } from '../../../src/model/machine';

/** The text that stands at a range. */
export const textAt = (text: string, range: TextRange | undefined): string => {
  if (!range) return '(nowhere)';
  const lines = text.split('\n');
  if (range.start.line === range.end.line)
    return (lines[range.start.line] ?? '').slice(range.start.column, range.end.column);
  return [
    (lines[range.start.line] ?? '').slice(range.start.column),
    ...lines.slice(range.start.line + 1, range.end.line),
    (lines[range.end.line] ?? '').slice(0, range.end.column),
  ].join('\n');
};

export const problemsOf = (text: string, language: SourceLanguage = 'json'): readonly Problem[] =>
  parseMachine(text, language).problems;
export const shown = (text: string, language: SourceLanguage = 'json'): string[] =>
  problemsOf(text, language).map(({ message, range }) => `${message.slice(0, 60).trimEnd()} @ ${textAt(text, range)}`);
