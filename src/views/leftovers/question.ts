import { targetLabel } from '../targetLabel';
import type { Speech } from '../words';
import type { Leftover } from '../../run/recovery';

/** What is said of leftovers, in one or two sentences. */
export const leftoverQuestion = (
  found: readonly Pick<Leftover, 'workflow' | 'target' | 'accountId' | 'outstanding' | 'resources'>[],
  { t }: Speech,
): string => {
  const sum = (of: (each: (typeof found)[number]) => number) => found.reduce((total, each) => total + of(each), 0);
  const outstanding = sum((each) => each.outstanding);
  const resources = sum((each) => each.resources);
  const names = [...new Set(found.map(({ workflow }) => workflow ?? t('a workflow')))].join(', ');
  const places = [
    ...new Set(
      found.map(({ target, accountId }) =>
        target.kind === 'aws' && accountId ? `${targetLabel(target, t)} (${accountId})` : targetLabel(target, t),
      ),
    ),
  ].join(', ');
  const parts: string[] = [];
  if (outstanding > 0)
    parts.push(
      outstanding === 1
        ? t('1 execution may still be going on')
        : t('{0} executions may still be going on', outstanding),
    );
  if (resources > 0)
    parts.push(resources === 1 ? t('1 resource is still there') : t('{0} resources are still there', resources));
  const what = parts.length === 2 ? t('{0} and {1}', parts[0]!, parts[1]!) : (parts[0] ?? '');
  return found.length === 1
    ? t('A run of {0} on {1} was interrupted: {2}.', names, places, what)
    : t('{0} runs ({1}) on {2} were interrupted: {3}.', found.length, names, places, what);
};
