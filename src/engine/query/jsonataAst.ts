/** What an expression mentions, read once from its syntax tree: decides what it is given and where it may run. */

/** A node of jsonata's tree; its own types leave most of it out. */
export interface AstNode {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly [key: string]: unknown;
}

export interface Mentions {
  /** Names of `$variables` that occur, `states` included; '' is `$` and `$$`. */
  readonly variables: ReadonlySet<string>;
  /** Fields of `$states` that occur; undefined when `$states` is used as a whole. */
  readonly states?: ReadonlySet<string>;
  /** Sources of the regular expressions. */
  readonly patterns: readonly string[];
}

/** Walks the whole tree. Assumes it came from the parser, so it has no cycles but parent slots, which are skipped. */
export function mentionsOf(ast: AstNode): Mentions {
  const variables = new Set<string>();
  const fields = new Set<string>();
  const patterns: string[] = [];
  let whole = false;
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof RegExp) {
      patterns.push(value.source);
      return;
    }
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    const node = value as AstNode;
    if (node.type === 'path' && Array.isArray(node.steps)) {
      const [head, next] = node.steps as AstNode[];
      if (isStates(head) && next?.type === 'name' && typeof next.value === 'string') {
        variables.add('states');
        fields.add(next.value);
        seen.add(head as AstNode);
        visitExtras(head as AstNode, visit);
      }
    } else if (isStates(node)) whole = true;
    if (node.type === 'variable' && typeof node.value === 'string') variables.add(node.value);
    for (const key of Object.keys(node)) visit(node[key]);
  };
  visit(ast);
  return { variables, states: whole ? undefined : fields, patterns };
}

const isStates = (node: AstNode | undefined): boolean => node?.type === 'variable' && node.value === 'states';

/** Predicates and groups that hang on a `$states` which itself is spoken for. */
function visitExtras(node: AstNode, visit: (value: unknown) => void): void {
  for (const key of Object.keys(node)) if (key !== 'value') visit(node[key]);
}
