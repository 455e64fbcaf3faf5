import type { Command } from './command';
import { answerCost } from './costAnswer';
import { costText } from './costText';

/** `stepbench cost`: money before and after. */
export const costCommand: Command = {
  name: 'cost',
  summary:
    'What a workflow or a run costs: per execution, per million, per month; Standard against Express; four architectures. Takes a run (file, id, “last”) or an ASL file.',
  operands: 'RUN|FILE',
  least: 1,
  most: 1,
  options: [
    { name: 'per-month', value: 'N', help: 'executions a month, e.g. 5e6; 1,000,000 unless told' },
    { name: 'region', value: 'R', help: 'prices of this region; the run’s, else us-east-1' },
    { name: 'free-tier', help: 'take the free tiers off the month' },
    {
      name: 'assume-prices',
      value: 'REGION',
      help: 'where a price is not known, take this region’s, labelled assumed',
    },
    { name: 'prices', value: 'FILE', help: 'a price table saved by stepbench prices, instead of the shipped one' },
    { name: 'architectures', value: 'FILE', help: 'further architectures, in the form of src/cost/architectures.json' },
    { name: 'json', help: 'print the answer as JSON and nothing else' },
  ],
  run: async (parsed, context) => {
    const answer = await answerCost(parsed, context.cwd, Date.now());
    context.stdout.write(parsed.flag('json') ? `${JSON.stringify(answer)}\n` : costText(answer));
    return 0;
  },
};
