import type { StateOutline } from '../model/machine';

/** `/States/A/Branches/0/States/B/Next` → `A/Branches[0]/B`, the innermost state that a pointer leads to; undefined for none. */
export const stateOfPointer = (pointer: string): string | undefined => {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'));
  const path: string[] = [];
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i];
    if (step === 'States' && steps[i + 1] !== undefined) path.push(steps[++i] as string);
    else if (step === 'Branches' && /^\d+$/.test(steps[i + 1] ?? '')) path.push(`Branches[${steps[++i]}]`);
    else if ((step === 'ItemProcessor' || step === 'Iterator') && steps[i + 1] === 'States') path.push(step);
  }
  return path.length > 0 ? path.join('/') : undefined;
};

/**
 * AWS names the place in a definition that it refuses by a JSON pointer at the end of each message (`… at /States/A/Next`): the same
 * with the file, line and column in front, so that an editor or a terminal leads there.
 */
export const locateRefusal = (
  message: string,
  states: readonly Pick<StateOutline, 'path' | 'nameRange'>[],
  file: string,
): string => {
  if (!/refuses the definition/.test(message)) return message;
  const pointer = /\bat (\/States\/[^\s,'"]+)/.exec(message)?.[1];
  const path = pointer === undefined ? undefined : stateOfPointer(pointer);
  // A processor written as Iterator is outlined as what it is called now, and the other way round.
  const found = states.find(
    (state) => state.path === path || state.path === path?.replace(/\bIterator\b/g, 'ItemProcessor'),
  );
  if (!found) return `${file}: ${message}`;
  const { line, column } = found.nameRange.start;
  return `${file}:${line + 1}:${column + 1}: ${message}`;
};
