/** What a validator has to say, before it is put into ranges or into AWS's one long sentence. */
import type { Severity } from '../../model/machine';
import { hasPlaceholder } from '../placeholders';
import type { Path } from '../sourceTree';
import type { Json, JsonObject } from '../../model/json';

export interface Finding {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  /** Location as AWS gives it. */
  readonly path: Path;
  /** Where it stands more exactly, if AWS's location is coarser. */
  readonly at?: Path;
  /** Part of the text found there, UTF-16 offsets within its value. */
  readonly within?: { readonly start: number; readonly end: number };
  /** The field's name is wrong, not its value. */
  readonly onKey?: boolean;
}

export type Extra = Pick<Finding, 'at' | 'within' | 'onKey'>;

/** Collects; one bad definition must not flood an editor. */
export class Findings {
  readonly all: Finding[] = [];
  private static readonly most = 500;

  add(finding: Finding): void {
    if (this.all.length < Findings.most) this.all.push(finding);
  }

  schema(path: Path, message: string, extra: Extra = {}): void {
    this.add({ severity: 'error', code: 'SCHEMA_VALIDATION_FAILED', message, path, ...extra });
  }

  error(code: string, path: Path, message: string, extra: Extra = {}): void {
    this.add({ severity: 'error', code, message, path, ...extra });
  }

  warn(code: string, path: Path, message: string, extra: Extra = {}): void {
    this.add({ severity: 'warning', code, message, path, ...extra });
  }
}

/** A text that is filled in later: nothing can be said of it yet. */
export const isOpen = (value: Json | undefined): boolean => typeof value === 'string' && hasPlaceholder(value);

export const listOf = (fields: readonly string[]): string => `[${fields.join(', ')}]`;

/** Refuses two fields of which an object may have one. */
export function checkOneOf(findings: Findings, object: JsonObject, path: Path, pair: readonly [string, string]): void {
  if (pair.some((field) => object[field] === undefined)) return;
  findings.schema(path, `There should only be one of the following fields: ${listOf(pair)}`, {
    at: [...path, pair[1]],
    onKey: true,
  });
}
