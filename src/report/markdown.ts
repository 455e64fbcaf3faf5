import type { RunDocument } from '../model/run';
import { originOf, sentencesOf, tablesOf } from './figures';
import { markdownTable, printable } from './table';

const plain = (text: string): string =>
  printable(text).replace(/[\\`*_[\]<>|#]/g, (sign) => (sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : `\\${sign}`));

/** The run for a pull request: the arms in sight, states and costs folded away. */
export const markdownReport = (document: RunDocument, locale?: string): string => {
  const [arms, ...rest] = tablesOf(document, locale);
  const sentences = sentencesOf(document);
  return [
    `## StepBench: ${plain(document.workflow.name)}`,
    '',
    `\`${document.workflow.file.replaceAll('`', '')}\` · ${plain(document.startedAt)} · ${plain(originOf(document))}`,
    '',
    markdownTable(arms!),
    '',
    ...(sentences.length > 0 ? [...sentences.map((sentence) => `- ${plain(sentence)}`), ''] : []),
    ...rest.flatMap((table) => [
      '<details><summary>' + plain(table.title) + '</summary>',
      '',
      markdownTable(table),
      '',
      '</details>',
      '',
    ]),
  ].join('\n');
};
