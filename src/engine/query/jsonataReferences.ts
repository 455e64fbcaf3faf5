/**
 * What an expression reads that Step Functions does not give it. Expressions run without a context: the input is
 * `$states.input`. AWS refuses a definition that names anything else at the top level.
 */
import type { AstNode } from './jsonataAst';

export interface BadReference {
  /** A name or `$`, which read the missing context; `$$`; or `$states.errorOutput`, which only a catcher has. */
  readonly name: string;
  /** UTF-16 offset of its last character in the expression. */
  readonly end: number;
}

/**
 * Every such reference once, in the order of writing. Only the first step of a path reads the context: later steps,
 * predicates, orders and groups read what the step before them found, so they are not entered.
 */
export function badReferences(ast: AstNode): readonly BadReference[] {
  const found = new Map<string, BadReference>();
  const report = (name: string, { position }: AstNode): void => {
    if (!found.has(name)) found.set(name, { name, end: Math.max(0, (position ?? 1) - 1) });
  };
  const visitAll = (nodes: unknown): void => {
    if (Array.isArray(nodes)) for (const node of nodes as unknown[]) visit(node);
  };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return visitAll(value);
    if (typeof value !== 'object' || value === null) return;
    const node = value as AstNode;
    switch (node.type) {
      case 'path':
        return visitPath(node.steps as readonly AstNode[]);
      case 'name':
        return report(String(node.value), node);
      case 'variable':
        if (node.value === '') report('$', node);
        else if (node.value === '$') report('$$', node);
        return;
      case 'unary':
        visit(node.expression);
        visitAll(node.expressions);
        return visitAll(node.lhs);
      case 'binary':
      case 'apply':
        visit(node.lhs);
        return visit(node.rhs);
      case 'bind':
        return visit(node.rhs);
      case 'function':
      case 'partial':
        visit(node.procedure);
        return visitAll(node.arguments);
      case 'lambda':
        return visit(node.body);
      case 'condition':
        visit(node.condition);
        visit(node.then);
        return visit(node.else);
      case 'block':
        return visitAll(node.expressions);
    }
  };
  const visitPath = ([first, second]: readonly AstNode[]): void => {
    if (first?.type === 'variable' && first.value === 'states' && second?.value === 'errorOutput')
      report('$states.errorOutput', second);
    else visit(first);
  };
  visit(ast);
  return [...found.values()];
}
