/** Fields that occur twice in one object: JSON keeps only the last, which is rarely meant. */
import type { Path, SourceNode } from './sourceTree';
import type { Finding } from './validate/findings';

export function duplicateKeys(root: SourceNode): Finding[] {
  const findings: Finding[] = [];
  const visit = (node: SourceNode, path: Path): void => {
    if (node.kind === 'array') node.items.forEach((item, index) => visit(item, [...path, index]));
    if (node.kind !== 'object') return;
    const seen = new Set<string>();
    for (const { key, node: child } of node.entries) {
      const place = [...path, key];
      if (seen.has(key)) findings.push(duplicate(key, place));
      seen.add(key);
      visit(child, place);
    }
  };
  visit(root, []);
  return findings;
}

function duplicate(key: string, path: Path): Finding {
  if (path.at(-2) === 'States')
    return {
      severity: 'error',
      code: 'DUPLICATE_STATE_NAME',
      message: `Duplicate State name: ${key}`,
      path,
      onKey: true,
    };
  return {
    severity: 'warning',
    code: 'DUPLICATE_FIELD',
    message: `'${key}' occurs twice here: only the last one counts`,
    path,
    onKey: true,
  };
}
