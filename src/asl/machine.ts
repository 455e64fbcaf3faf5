/** Text to machine: definition, outline and problems, each with its place in the text. */
import { isObject, type Json, type JsonObject } from '../model/json';
import type { ParsedMachine, Problem, QueryLanguage, TextRange, WorkflowType } from '../model/machine';
import { outlineStates } from './outline';
import { hasPlaceholder, substituteValue } from './placeholders';
import { parseSource, type SourceLanguage } from './source';
import { LineTable, nodeAt, pathOf, pointer, valueOf, type SourceNode } from './sourceTree';
import { isTemplate, resolveFunctions, templateMachines, textOf, type TemplateMachine } from './templates';
import { spanOfText } from './textSpan';
import { duplicateKeys } from './duplicates';
import { findProblems } from './validate/machine';
import type { Finding } from './validate/findings';

export interface ParseOptions {
  /** `${Name}` → text, put into the definition; ranges stay those of the text as it is. */
  readonly substitutions?: Readonly<Record<string, string>>;
  /** Checked as this type; STANDARD unless told, or what a template says. */
  readonly type?: WorkflowType;
  /** Logical id, in a template with several state machines; the first unless told. */
  readonly resource?: string;
}

/** AWS's limit on a definition, in bytes. */
const maxBytes = 1_048_576;

/** Never throws: whatever is wrong with the text is among the problems. */
export function parseMachine(text: string, language: SourceLanguage, options: ParseOptions = {}): ParsedMachine {
  const lines = new LineTable(text);
  const { root, problems: broken } = parseSource(text, language);
  const problems: Problem[] = broken.map(({ start, end, message }) => ({
    severity: 'error',
    code: 'INVALID_JSON_DESCRIPTION',
    message,
    path: '/',
    range: lines.range(start, end),
  }));
  if (!root) return nothing(lines, problems.slice(0, 1));
  const located = locate(root, options.resource, lines);
  if ('problem' in located) return nothing(lines, [...problems, located.problem]);
  const { node, machine } = located;
  const shape = notAMachine(node, lines);
  // Text that is nothing like a machine has one thing wrong with it, not one a word.
  if (shape) return nothing(lines, problems.length > 0 ? problems.slice(0, node.kind === 'object' ? 20 : 1) : [shape]);
  const substitutions = { ...machine?.substitutions, ...options.substitutions };
  const bare = bareTexts(node);
  const definition = substituteValue(valueOf(node), substitutions, (value) => bare.has(value)) as JsonObject;
  const queryLanguage: QueryLanguage = definition.QueryLanguage === 'JSONata' ? 'JSONata' : 'JSONPath';
  if (text.length > maxBytes && Buffer.byteLength(JSON.stringify(definition)) > maxBytes) {
    problems.push({
      severity: 'error',
      code: 'DEFINITION_TOO_LONG',
      message: 'The definition is larger than 1 MiB, the most that AWS takes',
      path: '/',
      range: headOf(node, lines),
    });
  }
  // Broken text gives wrong values: its syntax errors come first and alone.
  const findings =
    broken.length > 0
      ? []
      : [...duplicateKeys(node), ...findProblems(definition, options.type ?? machine?.type ?? 'STANDARD')];
  const named = substitutedKeys(node, substitutions);
  problems.push(...findings.map((finding) => problemOf(finding, named, text, lines)));
  return {
    definition,
    queryLanguage,
    headRange: headOf(node, lines),
    states: outlineStates(named, definition, lines),
    problems: inOrder(problems),
  };
}

/** In the order of the text. */
const inOrder = (problems: Problem[]): Problem[] =>
  problems.sort(
    (a, b) =>
      (a.range?.start.line ?? 0) - (b.range?.start.line ?? 0) ||
      (a.range?.start.column ?? 0) - (b.range?.start.column ?? 0),
  );

/** All state machines of a SAM or CloudFormation template; empty for any other text. */
export function findMachines(text: string, language: SourceLanguage): TemplateMachine[] {
  const { root } = parseSource(text, language);
  return root && isTemplate(root) ? templateMachines(root) : [];
}

function nothing(lines: LineTable, problems: readonly Problem[]): ParsedMachine {
  return { queryLanguage: 'JSONPath', headRange: lines.range(0, 0), states: [], problems };
}

type Located = { readonly node: SourceNode; readonly machine?: TemplateMachine } | { readonly problem: Problem };

/** The definition in the text: all of it, or one resource of a template. */
function locate(root: SourceNode, resource: string | undefined, lines: LineTable): Located {
  if (!isTemplate(root)) return { node: root };
  const machines = templateMachines(root);
  const machine = machines.find(({ logicalId, path }) =>
    resource === undefined ? path !== undefined : logicalId === resource,
  );
  if (!machine?.path) {
    const files = machines.flatMap(({ uri }) => (uri ? [uri] : []));
    const message =
      resource !== undefined && !machine
        ? `The template has no state machine named ${resource}`
        : files.length > 0
          ? `The template keeps its definition in a file of its own: open ${files.join(' or ')}`
          : 'The template has no AWS::Serverless::StateMachine or AWS::StepFunctions::StateMachine with a definition';
    return {
      problem: {
        severity: 'information',
        code: 'NO_DEFINITION',
        message,
        path: '/',
        range: lines.range(root.start, root.start),
      },
    };
  }
  const node = resolveFunctions(nodeAt(root, machine.path).node);
  return { node: embedded(node) ?? node, machine };
}

/** A DefinitionString is a definition within a text: it is parsed, and everything in it stands where the text stands. */
function embedded(node: SourceNode): SourceNode | undefined {
  const text = node.kind === 'scalar' ? textOf(node) : undefined;
  if (text === undefined) return undefined;
  const { root } = parseSource(text, 'json');
  return root && moved(root, node.start, node.end);
}

function moved(node: SourceNode, start: number, end: number): SourceNode {
  if (node.kind === 'scalar') return { ...node, start, end };
  if (node.kind === 'array') return { ...node, items: node.items.map((item) => moved(item, start, end)), start, end };
  return {
    ...node,
    entries: node.entries.map((entry) => ({
      key: entry.key,
      keySpan: { start, end },
      node: moved(entry.node, start, end),
    })),
    start,
    end,
  };
}

function notAMachine(node: SourceNode, lines: LineTable): Problem | undefined {
  const range = lines.range(node.start, Math.min(node.end, node.start + 1));
  if (node.kind !== 'object')
    return {
      severity: 'error',
      code: 'SCHEMA_VALIDATION_FAILED',
      message: 'Definition must be a valid JSON object',
      path: '/',
      range,
    };
  const keys = new Set(node.entries.map(({ key }) => key));
  if (keys.has('StartAt') || keys.has('States')) return undefined;
  return {
    severity: 'error',
    code: 'SCHEMA_VALIDATION_FAILED',
    message:
      'These fields are required: [States, StartAt]. This is no state machine: one begins with StartAt and States',
    path: '/',
    range,
  };
}

/** Where the whole file is spoken of: its StartAt, or the first line of the definition. */
function headOf(node: SourceNode, lines: LineTable): TextRange {
  const { entry, found } = nodeAt(node, ['StartAt']);
  return found && entry ? lines.range(entry.keySpan.start, entry.node.end) : lines.range(node.start, node.start);
}

/** Texts of placeholders that stood without quotes. */
function bareTexts(node: SourceNode): ReadonlySet<string> {
  const texts = new Set<string>();
  const visit = (at: SourceNode): void => {
    if (at.kind === 'scalar') {
      if (at.bare) texts.add(String(at.value));
    } else if (at.kind === 'array') at.items.forEach(visit);
    else at.entries.forEach((entry) => visit(entry.node));
  };
  visit(node);
  return texts;
}

/** State names may hold placeholders; the outline looks for the names they have become. */
function substitutedKeys(node: SourceNode, substitutions: Readonly<Record<string, string>>): SourceNode {
  if (node.kind === 'scalar' || Object.keys(substitutions).length === 0) return node;
  if (node.kind === 'array') return { ...node, items: node.items.map((item) => substitutedKeys(item, substitutions)) };
  return {
    ...node,
    entries: node.entries.map((entry) => ({
      ...entry,
      key: substituteValue(entry.key, substitutions, () => false) as string,
      node: substitutedKeys(entry.node, substitutions),
    })),
  };
}

function problemOf(finding: Finding, root: SourceNode, text: string, lines: LineTable): Problem {
  return {
    severity: finding.severity,
    code: finding.code,
    message: finding.message,
    path: pointer(finding.path),
    range: rangeOf(finding, root, text, lines),
  };
}

/** A problem of an object as a whole is shown at its name; one of a value at the value, or at the part of it that is wrong. */
function rangeOf({ path, at, within, onKey }: Finding, root: SourceNode, text: string, lines: LineTable): TextRange {
  const { node, entry, found } = nodeAt(root, at ?? path);
  // What is filled into a text moves all that follows it: then the whole text is shown.
  if (found && within && node.kind === 'scalar' && typeof node.value === 'string' && !hasPlaceholder(node.value)) {
    const span = spanOfText(text, node, within);
    return lines.range(span.start, span.end);
  }
  if (entry && (onKey || node.kind === 'object')) return lines.range(entry.keySpan.start, entry.keySpan.end);
  if (node.kind === 'object' || node.kind === 'array')
    return lines.range(node.start, Math.min(node.end, node.start + 1));
  return lines.range(node.start, node.end);
}

/** Where a location in AWS's form (`/States/X/Next`, `/States/X/Choices[0]`) stands; undefined where nothing is there. */
export function rangeOfPath(text: string, location: string, language: SourceLanguage = 'json'): TextRange | undefined {
  const { root } = parseSource(text, language);
  if (!root) return undefined;
  const located = locate(root, undefined, new LineTable(text));
  if ('problem' in located) return undefined;
  const path = pathOf(located.node, location);
  if (!path) return undefined;
  const { node, entry } = nodeAt(located.node, path);
  return new LineTable(text).range(entry?.keySpan.start ?? node.start, node.end);
}

/** What AWS would say of a definition at creation, warnings included. Never throws. */
export function validateDefinition(definition: Json, type: WorkflowType): Problem[] {
  if (!isObject(definition))
    return [
      {
        severity: 'error',
        code: 'SCHEMA_VALIDATION_FAILED',
        message: 'Definition must be a valid JSON object',
        path: '/',
      },
    ];
  return findProblems(definition, type).map(({ severity, code, message, path }) => ({
    severity,
    code,
    message,
    path: pointer(path),
  }));
}

/** Where AWS says a problem is; a workflow without an end is nowhere, which its sentences print as `null`. */
export const locationOf = ({ code, path }: Problem): string | undefined =>
  code === 'MISSING_END_STATE' ? undefined : path;

/** The message of InvalidDefinition for these problems, as AWS strings them together; undefined when none is an error. */
export function invalidDefinitionText(problems: readonly Problem[]): string | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return undefined;
  return `Invalid State Machine Definition: '${errors.map((one) => `${one.code}: ${one.message} at ${locationOf(one) ?? 'null'}`).join(', ')}'`;
}
