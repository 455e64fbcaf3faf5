import type { Scope } from './contract';
import type { AstNode } from './jsonataAst';

export type Direct = (scope: Scope) => { readonly settled: true; readonly value: unknown } | { readonly settled: false };

export function compileDirect(_ast: AstNode): Direct | undefined {
  return undefined;
}
