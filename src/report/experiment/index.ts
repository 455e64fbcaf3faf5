import { originOf } from '../figures';
import { htmlTable, style } from '../html';
import { escapeHtml, legend } from '../svg';
import { markdownTable, printable } from '../table';
import { calibrationSection } from './calibration';
import { standaloneSvg } from './charts';
import { costSections } from './costs';
import { measuredSections } from './measures';
import type { ExperimentFindings, Figure, Section } from './sections';

export { calibrate, type Calibrated } from './calibration';
export { conclusions, systemCosts } from './costs';
export type { ExperimentFindings, ExperimentResult } from './sections';

/** Everything an experiment's report says, in the order in which it is read. */
export const sectionsOf = (findings: ExperimentFindings): readonly Section[] => {
  const calibration = calibrationSection(findings);
  const [cost, conclusion] = costSections(findings);
  return [
    ...(conclusion ? [conclusion] : []),
    ...(calibration ? [calibration] : []),
    ...measuredSections(findings),
    ...(cost ? [cost] : []),
  ];
};

/** Where the figures come from; one line for each target there was. */
const origins = ({ results }: ExperimentFindings): readonly string[] => [
  ...new Set(results.map(({ document }) => originOf(document))),
];

/** What a reader must know. Of saturation the sections tell themselves, by load. */
const notesOf = ({ results }: ExperimentFindings): readonly string[] => [
  ...new Set(
    results.flatMap(({ row, document }) =>
      document.notes
        .filter(
          ({ kind }) =>
            kind === 'unknown' ||
            kind === 'incomplete' ||
            kind === 'sampled' ||
            kind === 'costCap' ||
            (kind === 'saturated' && row.draw !== 'load'),
        )
        .map(({ message }) => `${row.title}: ${message}`),
    ),
  ),
];

const runsText = ({ results }: ExperimentFindings): string =>
  [...new Set(results.map(({ document }) => document.id))].join(', ');

const figureHtml = ({ caption, svg, legend: names }: Figure): string =>
  `${legend(
    names.map(({ name }) => name),
    names.map(({ colour }) => `s${colour}`),
  )}${svg}<p class="note">${escapeHtml(caption)}</p>`;

/** One file that holds everything: no scripts, nothing fetched. */
export const experimentHtml = (findings: ExperimentFindings): string => {
  const { experiment } = findings;
  const notes = notesOf(findings);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>StepBench: ${escapeHtml(experiment.title)}</title><style>${style}h2.part{font-size:20px;border-top:1px solid var(--line);padding-top:20px}</style></head><body>
<h1>${escapeHtml(experiment.title)}</h1>
<p class="soft">Seed ${experiment.seed} · runs ${escapeHtml(runsText(findings))}</p>
${origins(findings)
  .map((each) => `<p class="callout">${escapeHtml(each)}</p>`)
  .join('')}
${sectionsOf(findings)
  .map(
    (section) => `<h2 class="part">${escapeHtml(section.title)}</h2>
${section.sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('')}
${section.figures.map(figureHtml).join('')}${section.tables.map(htmlTable).join('')}`,
  )
  .join('')}
${notes.length > 0 ? `<h2 class="part">Notes</h2>${notes.map((each) => `<p class="note">${escapeHtml(each)}</p>`).join('')}` : ''}
</body></html>
`;
};

const plain = (text: string): string =>
  printable(text).replace(/[\\`*_[\]<>|#]/g, (sign) => (sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : `\\${sign}`));

/** The same for a repository or a pull request; its figures are files beside it. */
export const experimentMarkdown = (findings: ExperimentFindings): string =>
  [
    `# ${plain(findings.experiment.title)}`,
    '',
    ...origins(findings).map((each) => `> ${plain(each)}`),
    '',
    `Seed ${findings.experiment.seed}; runs ${plain(runsText(findings))}.`,
    '',
    ...sectionsOf(findings).flatMap((section) => [
      `## ${plain(section.title)}`,
      '',
      ...(section.sentences.length > 0 ? [...section.sentences.map((each) => `- ${plain(each)}`), ''] : []),
      ...section.figures.flatMap(({ id, caption }) => [
        `![${plain(caption)}](figures/${id}.svg)`,
        '',
        plain(caption),
        '',
      ]),
      ...section.tables.flatMap((table) => [markdownTable(table), '']),
    ]),
    ...notesOf(findings).map((each) => `- ${plain(each)}`),
  ].join('\n') + '\n';

const fileColours = `text{font:11px system-ui,sans-serif;fill:#57606a}.back{fill:#fff}svg>rect.back{z-index:-1}.grid{stroke:#d8dee4}${[
  '#0969da',
  '#bc4c00',
  '#1a7f37',
  '#8250df',
  '#9a6700',
  '#bf3989',
]
  .map(
    (colour, i) =>
      `.s${i}{fill:${colour};fill-opacity:.75}.s${i}.line{fill:none;stroke:${colour};stroke-width:1.75}.s${i}.open{fill:none;stroke:${colour}}`,
  )
  .join('')}`;

/** File name → SVG text, for the Markdown report. */
export const experimentFigures = (findings: ExperimentFindings): ReadonlyMap<string, string> =>
  new Map(
    sectionsOf(findings).flatMap((section) =>
      section.figures.map(({ id, svg, legend: names }) => [
        `figures/${id}.svg`,
        standaloneSvg(svg, fileColours, names),
      ]),
    ),
  );
