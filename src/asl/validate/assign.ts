/** Assign: variables and their names. */
import { isObject, type Json } from '../../model/json';
import type { QueryLanguage } from '../../model/machine';
import { hasPlaceholder } from '../placeholders';
import type { Path } from '../sourceTree';
import { isOpen, type Findings } from './findings';
import { checkTemplate } from './queries';

const maxName = 80;

export function checkAssign(findings: Findings, assign: Json | undefined, path: Path, language: QueryLanguage): void {
  if (assign === undefined || isOpen(assign)) return;
  if (!isObject(assign)) {
    findings.schema(path, 'Expected value of type Object');
    return;
  }
  for (const key of Object.keys(assign)) {
    if (hasPlaceholder(key)) continue;
    const name = language === 'JSONPath' && key.endsWith('.$') ? key.slice(0, -2) : key;
    const at = { at: [...path, key], onKey: true };
    if (name === 'states')
      findings.error('RESERVED_VARIABLE_NAME', path, "Cannot assign to reserved variable '$states'.", at);
    else if (!/^[\p{ID_Start}][\p{ID_Continue}_]*$/u.test(name))
      findings.error(
        'INVALID_VARIABLE_NAME',
        path,
        `Invalid variable name '${name}': the variable name contains invalid characters.`,
        at,
      );
    else if (name.length > maxName)
      findings.error(
        'INVALID_VARIABLE_NAME',
        path,
        `Invalid variable name '${name}': the variable name is longer than ${maxName} characters.`,
        at,
      );
  }
  checkTemplate(findings, assign, path, language);
}
