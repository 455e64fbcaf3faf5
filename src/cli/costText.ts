import { formatCount, formatMs, formatNumber, formatUsd } from '../model/format';
import { terminalTable } from '../report';
import type { CostAnswer } from './costAnswer';

/** The answer as a person reads it in a terminal. */
export const costText = (answer: CostAnswer): string => {
  const left = (title: string) => ({ title, align: 'left' as const });
  const right = (title: string) => ({ title, align: 'right' as const });
  const sum = (total: number | null, complete: boolean): string =>
    complete || total === null ? formatUsd(total) : total === 0 ? '?' : `${formatUsd(total)} + ?`;
  const { types } = answer;
  const tables = [
    terminalTable({
      title: `Cost of ${answer.source}`,
      columns: [
        left('way'),
        left('basis'),
        right('per execution'),
        right('per 1,000'),
        right('per million'),
        right(`a month of ${formatCount(answer.perMonth)}`),
      ],
      rows: answer.ways.map((way) => [
        way.name,
        way.executions > 0 ? `${way.basis}, n = ${formatCount(way.executions)}` : way.basis,
        sum(way.perExecution, way.complete),
        sum(way.perThousand, way.complete),
        sum(way.perMillion, way.complete),
        sum(way.month.total, way.month.complete),
      ]),
      notes: [
        `Prices of ${answer.pricesOf}, ${answer.region}, ${answer.freeTier ? 'free tier counted in the month' : 'without free tier'}.`,
        ...(answer.origin ? [answer.origin] : []),
        ...new Set(answer.ways.flatMap((way) => way.assumptions ?? [])),
      ],
    }),
    ...answer.ways.map((way) =>
      terminalTable({
        title: `${way.name}: a month of ${formatCount(answer.perMonth)}`,
        columns: [left('what'), right('quantity'), left('unit'), right('amount'), left('known as')],
        rows: way.month.lines.map((line) => [
          line.label,
          line.quantity < 1000 ? formatNumber(line.quantity) : formatCount(line.quantity),
          line.unit,
          formatUsd(line.amount),
          line.provenance,
        ]),
        notes: [],
      }),
    ),
    terminalTable({
      title: `Four architectures for this workflow, a month of ${formatCount(answer.perMonth)} (${answer.origin ? 'derived from the run’s bill' : 'assumed'})`,
      columns: [left('architecture'), right('per execution'), right('a month')],
      rows: answer.architectures.map((each) => [
        each.name,
        sum(each.perExecution, each.complete),
        sum(each.total, each.complete),
      ]),
      notes: [
        ...(answer.architecturesWithout.length > 0
          ? [`Without what only Step Functions has a meter for here: ${answer.architecturesWithout.join(', ')}.`]
          : []),
        'Parameters and meters: src/cost/architectures.json; add one with --architectures FILE.',
      ],
    }),
  ];
  const sentences = types
    ? [
        types.recommendation,
        ...(types.breakEvenMs === null
          ? []
          : [
              `At first-tier prices, without logs, Express is the cheaper for executions below ${formatMs(types.breakEvenMs)}; from ${types.alwaysExpressFrom} transitions it always is within its 5 minutes.`,
            ]),
        ...(types.volumes.length > 0
          ? [
              `With the free tier, ${types.volumes.map((each) => `${each.cheaperAbove === 'second' ? 'Express' : 'Standard'} is the cheaper from ${formatCount(each.executions)} executions a month`).join('; ')}.`,
            ]
          : []),
      ]
    : ['Standard and Express cannot be compared: only one was measured, and the workflow’s file is not there.'];
  return (
    [...tables, sentences.join('\n'), ...(answer.warnings.length > 0 ? [answer.warnings.join('\n')] : [])].join(
      '\n\n',
    ) + '\n'
  );
};
