/** State machines inside a SAM or CloudFormation template, or a file of the Serverless framework with its plugin for Step Functions. */
import type { WorkflowType } from '../model/machine';
import { nodeAt, type ObjectNode, type Path, type SourceNode } from './sourceTree';

/** One state machine of a template. */
export interface TemplateMachine {
  readonly logicalId: string;
  readonly type: WorkflowType;
  /** Where its definition stands in the template; absent when it is a file of its own. */
  readonly path?: Path;
  /** `DefinitionUri`, relative to the template. */
  readonly uri?: string;
  /** DefinitionSubstitutions; references to other resources stay as `${Name}` or `${Name.Attribute}`. */
  readonly substitutions: Readonly<Record<string, string>>;
}

const machineTypes = new Set(['AWS::Serverless::StateMachine', 'AWS::StepFunctions::StateMachine']);

/** Whether a tree looks like a template rather than a definition. */
export const isTemplate = (root: SourceNode): boolean =>
  root.kind === 'object' &&
  (child(root, 'Resources')?.kind === 'object' || child(root, 'stepFunctions') !== undefined) &&
  !child(root, 'States');

export function templateMachines(root: SourceNode): TemplateMachine[] {
  const resources = child(root, 'Resources');
  if (resources?.kind !== 'object') return serverlessMachines(root);
  return resources.entries.flatMap(({ key, node }): TemplateMachine[] => {
    const type = child(node, 'Type');
    const properties = child(node, 'Properties');
    if (type?.kind !== 'scalar' || !machineTypes.has(String(type.value)) || properties?.kind !== 'object') return [];
    const kind = textOf(child(properties, 'Type') ?? child(properties, 'StateMachineType'));
    const field = ['Definition', 'DefinitionString'].find((name) => child(properties, name));
    return [
      {
        logicalId: key,
        type: kind === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
        path: field ? ['Resources', key, 'Properties', field] : undefined,
        uri: textOf(child(properties, 'DefinitionUri')),
        substitutions: substitutionsOf(child(properties, 'DefinitionSubstitutions')),
      },
    ];
  });
}

/** `stepFunctions.stateMachines.<name>.definition`; one that is `${file(name.yml)}` is a file of its own. */
function serverlessMachines(root: SourceNode): TemplateMachine[] {
  const machines = child(child(root, 'stepFunctions'), 'stateMachines');
  if (machines?.kind !== 'object') return [];
  return machines.entries.map(({ key, node }): TemplateMachine => {
    const definition = child(node, 'definition');
    return {
      logicalId: key,
      type: textOf(child(node, 'type')) === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
      path: definition?.kind === 'object' ? ['stepFunctions', 'stateMachines', key, 'definition'] : undefined,
      uri: /^\$\{file\(\s*([^)\s]+)\s*\)/.exec(textOf(definition ?? node) ?? '')?.[1],
      substitutions: {},
    };
  });
}

function substitutionsOf(node: SourceNode | undefined): Record<string, string> {
  if (node?.kind !== 'object') return {};
  return Object.fromEntries(node.entries.map(({ key, node: value }) => [key, textOf(value) ?? `\${${key}}`]));
}

function child(node: SourceNode | undefined, key: string): SourceNode | undefined {
  return node?.kind === 'object' ? (nodeAt(node, [key]).found ? nodeAt(node, [key]).node : undefined) : undefined;
}

/** A scalar's text; CloudFormation's functions as the placeholders they stand for; undefined for anything else. */
export function textOf(node: SourceNode | undefined): string | undefined {
  if (!node) return undefined;
  if (node.kind === 'scalar') return node.value === null ? undefined : String(node.value);
  return node.kind === 'object' ? functionText(node) : undefined;
}

/** `{Ref: F}`, `{Fn::GetAtt: [F, Arn]}`, `{Fn::Sub: …}`, `{Fn::Join: …}`; undefined where it is no function. */
function functionText(node: ObjectNode): string | undefined {
  const [entry] = node.entries;
  if (node.entries.length !== 1 || !entry) return undefined;
  const { key, node: argument } = entry;
  if (key === 'Ref' || key === 'Fn::ImportValue') return `\${${textOf(argument) ?? key}}`;
  if (key === 'Fn::GetAtt')
    return `\${${argument.kind === 'array' ? argument.items.map((item) => textOf(item) ?? '?').join('.') : (textOf(argument) ?? key)}}`;
  if (key === 'Fn::Sub') return argument.kind === 'array' ? textOf(argument.items[0]) : textOf(argument);
  if (key === 'Fn::Join' && argument.kind === 'array') {
    const [separator, parts] = argument.items;
    if (parts?.kind === 'array') return parts.items.map((part) => textOf(part) ?? '${?}').join(textOf(separator) ?? '');
  }
  return key.startsWith('Fn::') ? `\${${key}}` : undefined;
}

/** The same tree with CloudFormation's functions replaced by placeholders, so that it reads as ASL. */
export function resolveFunctions(node: SourceNode): SourceNode {
  if (node.kind === 'array') return { ...node, items: node.items.map(resolveFunctions) };
  if (node.kind === 'scalar') return node;
  const text = functionText(node);
  if (text !== undefined) return { kind: 'scalar', value: text, start: node.start, end: node.end };
  return { ...node, entries: node.entries.map((entry) => ({ ...entry, node: resolveFunctions(entry.node) })) };
}
