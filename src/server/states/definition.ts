/** Definition text → definition, or AWS's refusal of it. */
import { locationOf, validateDefinition } from '../../asl';
import { isObject, type JsonObject } from '../../model/json';
import type { Problem, WorkflowType } from '../../model/machine';
import { ServiceError } from '../contract';
import { jsonFault } from './jackson';

export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: string;
  readonly message: string;
  readonly location?: string;
}

export type Examined = { readonly definition?: JsonObject; readonly diagnostics: readonly Diagnostic[] };

/** Everything AWS would say of a definition; `definition` is there when the text is one JSON object. */
export function examine(text: string, type: WorkflowType): Examined {
  if (text.trim() === '') {
    return {
      diagnostics: [
        { severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message: 'Definition must be a valid JSON object' },
      ],
    };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const fault = jsonFault(text) ?? { message: 'Definition must be a valid JSON object', line: 1, column: 1 };
    const source = `[Source: (String)"${excerpt(text)}"; line: ${fault.line}, column: ${fault.column}]`;
    return {
      diagnostics: [
        {
          severity: 'ERROR',
          code: 'INVALID_JSON_DESCRIPTION',
          message: `${fault.message}\n at ${source}`,
          location: source,
        },
      ],
    };
  }
  if (!isObject(value)) {
    return {
      diagnostics: [
        { severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message: 'Definition must be a valid JSON object' },
      ],
    };
  }
  return { definition: value, diagnostics: validateDefinition(value, type).map(diagnostic) };
}

/** Jackson shows the first 500 characters of its source. */
const excerpt = (text: string): string =>
  text.length <= 500 ? text : `${text.slice(0, 500)}"[truncated ${text.length - 500} chars]`;

const diagnostic = (problem: Problem): Diagnostic => ({
  severity: problem.severity === 'error' ? 'ERROR' : 'WARNING',
  code: problem.code,
  message: problem.message,
  location: locationOf(problem),
});

/** The definition, or InvalidDefinition with every error in AWS's form. */
export function parseDefinition(text: string, type: WorkflowType): JsonObject {
  const { definition, diagnostics } = examine(text, type);
  const errors = diagnostics.filter((one) => one.severity === 'ERROR');
  if (errors.length > 0 || !definition) throw invalidDefinition(errors);
  return definition;
}

export function invalidDefinition(errors: readonly Diagnostic[]): ServiceError {
  const list = errors.map((one) =>
    one.code === 'INVALID_JSON_DESCRIPTION' || (one.location === undefined && one.code === 'SCHEMA_VALIDATION_FAILED')
      ? `${one.code}: ${one.message}`
      : `${one.code}: ${one.message} at ${one.location ?? 'null'}`,
  );
  return new ServiceError('InvalidDefinition', `Invalid State Machine Definition: '${list.join(', ')}'`);
}
