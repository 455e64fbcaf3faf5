/** Reading `../shared/corpus`: recorded answers of the real service. Absent outside the workshop; tests then skip. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Json, JsonObject } from '../../src/model/json';
import type { WorkflowType } from '../../src/model/machine';

export const corpusFolder = path.resolve(__dirname, '../../../shared/corpus');

export const hasCorpus = existsSync(corpusFolder);

export interface LambdaStub {
  readonly name: string;
  readonly runtime: string;
  readonly behaviour: string;
}

export interface RecordedEvent {
  readonly id: number | readonly number[];
  readonly previousEventId: number;
  readonly type: string;
  readonly [details: string]: Json | undefined;
}

export interface ExecutionCase {
  readonly id: string;
  readonly area: string;
  readonly tier: 1 | 2 | 3;
  readonly type: WorkflowType;
  readonly services: readonly string[];
  readonly lambdas?: readonly LambdaStub[];
  readonly definition: JsonObject;
  readonly input: Json;
  readonly expected: {
    readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | null;
    readonly output?: Json;
    readonly outputRaw?: string;
    readonly error?: string;
    readonly cause?: Json;
    readonly events?: readonly RecordedEvent[];
  };
  readonly eventsOrderNormalised?: boolean;
  readonly volatileInput?: boolean;
  readonly volatileOutput?: boolean;
  readonly notes?: readonly string[];
  readonly normalised?: readonly string[];
  readonly mode?: 'sync' | 'async-express';
  /** The input as the recorder sent it: Python's json.dumps of it, numbers as they were spelled. */
  readonly inputText: string;
}

export const readCases = (folder = path.join(corpusFolder, 'executions')): ExecutionCase[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) =>
      readFileSync(path.join(folder, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map(readCase),
    );

const readCase = (line: string): ExecutionCase => {
  const parsed = JSON.parse(line) as Omit<ExecutionCase, 'inputText'>;
  return { ...parsed, inputText: pythonText(memberText(line, 'input') ?? JSON.stringify(parsed.input)) };
};

/** The raw text of a top-level member, whose numbers keep their spelling. */
export const memberText = (line: string, member: string): string | undefined => {
  let depth = 0;
  let start: number | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (char === '"') {
      const end = stringEnd(line, at);
      if (depth === 1 && start === undefined && line.slice(at, end) === JSON.stringify(member) && line[end] === ':')
        start = end + 1;
      at = end - 1;
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (start !== undefined && at >= start && ((depth === 1 && char === ',') || depth === 0))
      return line.slice(start, at).trim();
  }
  return undefined;
};

const stringEnd = (text: string, start: number): number => {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
};

/** Compact JSON as Python's json.dumps spaces it and escapes it. */
const pythonText = (json: string): string =>
  json
    .replace(/("(?:[^"\\]|\\.)*")|([,:])\s*/g, (_, text: string | undefined, mark: string) => text ?? `${mark} `)
    .replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
