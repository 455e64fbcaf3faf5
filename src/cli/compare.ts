import { aimless, compareRuns, comparisonTables, judge, parseFailIf, terminalTable } from '../report';
import { usageError, type Command } from './command';
import { readRun } from './documents';

/** `stepbench compare`: what changed from one run to another; exit 1 on a regression beyond --fail-if. */
export const compareCommand: Command = {
  name: 'compare',
  summary: 'Compare two runs state by state, with 95 % intervals. A is the earlier. Each is a file, an id, or “last”.',
  operands: 'A B',
  least: 2,
  most: 2,
  options: [
    {
      name: 'fail-if',
      value: 'LIMIT',
      multiple: true,
      help: 'exit 1 if something got worse by more: 10% (p50 and p95 of latency, p50 of states), latency.p95>10%, states.NAME.p50>20%, cost>5%, failed>1%; a change counts when its interval excludes none',
    },
    { name: 'json', help: 'print the comparison as JSON and nothing else' },
  ],
  run: async (parsed, context) => {
    const read = parsed.texts('fail-if').map(parseFailIf);
    const problems = read.flatMap((each) => (each.ok ? [] : [each.problem]));
    if (problems.length > 0) throw usageError(problems.join('\n'));
    const rules = read.flatMap((each) => (each.ok ? each.rules : []));
    const [before, after] = [
      await readRun(parsed.operands[0]!, context.cwd),
      await readRun(parsed.operands[1]!, context.cwd),
    ];
    const changed = compareRuns(before, after);
    const { regressions, unjudged } = judge(changed, rules);
    const alien = 'The two runs have no arm in common: they must share type and load.';
    if (rules.length > 0 && changed.arms.length === 0) throw usageError(`${alien} There is nothing to judge.`);
    const slips = aimless(changed, rules);
    if (slips.length > 0) throw usageError(slips.join('\n'));
    if (parsed.flag('json')) context.stdout.write(`${JSON.stringify({ ...changed, regressions, unjudged })}\n`);
    else {
      const parts = [
        ...comparisonTables(changed).map(terminalTable),
        ...changed.notes,
        ...unjudged,
        ...regressions.map((each) => `REGRESSION: ${each.sentence}`),
      ];
      if (changed.arms.length === 0) parts.unshift(alien);
      context.stdout.write(`${parts.join('\n\n')}\n`);
    }
    return regressions.length > 0 ? 1 : 0;
  },
};
