import { findMachines, findPlaceholders, parseMachine, substitute } from '../asl';
import type { SourceLanguage } from '../asl/source';
import type { Json } from '../model/json';
import { ExpectedError } from '../model/errors';
import type { ParsedMachine } from '../model/machine';
import type { Ask } from './contract';

/**
 * Names of the placeholders that stand in the texts and keys of a definition, each once. The rest of a template has others, which are none of ours;
 * and a `!GetAtt Worker.Arn` becomes one only in the definition.
 */
export const openPlaceholders = (value: Json | undefined): ReadonlySet<string> => {
  const names = new Set<string>();
  const visit = (each: Json | undefined): void => {
    if (typeof each === 'string') for (const { name } of findPlaceholders(each)) names.add(name);
    if (each === null || typeof each !== 'object') return;
    for (const [key, inner] of Object.entries(each)) {
      visit(key);
      visit(inner);
    }
  };
  visit(value);
  return names;
};

/**
 * The machine in a text with every placeholder filled: from what is known, from the template's own substitutions, else by asking.
 * @throws ExpectedError (usage) for one that stays without a value.
 */
export const fillPlaceholders = async (
  { text, language, shown }: { readonly text: string; readonly language: SourceLanguage; readonly shown: string },
  known: Readonly<Record<string, string>>,
  ask: Ask,
): Promise<ParsedMachine> => {
  const own = findMachines(text, language).find((machine) => machine.path)?.substitutions ?? {};
  const values: Record<string, string> = { ...own, ...known };
  // A substitution may itself name a resource whose value is known or was asked for.
  const filled = () => {
    const all = Object.entries(values).map(([name, value]) => [name, substitute(value, values).text]);
    return parseMachine(text, language, { substitutions: Object.fromEntries(all) as Record<string, string> });
  };
  const machine = filled();
  const open = openPlaceholders(machine.definition);
  if (open.size === 0) return machine;
  for (const name of open) {
    const message = `Value for the placeholder \${${name}}`;
    const answer = await ask({ kind: 'text', about: 'substitution', secret: false, message });
    if (typeof answer !== 'string' || answer === '')
      throw new ExpectedError(
        `The placeholder \${${name}} has no value. Add it to "substitutions" in stepbench.json beside ${shown}.`,
        { code: 'usage' },
      );
    values[name] = answer;
  }
  return filled();
};
