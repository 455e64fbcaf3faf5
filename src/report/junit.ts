import { formatNumber } from '../model/format';
import type { RunDocument } from '../model/run';

const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/** Text for XML 1.0: its five signs escaped, characters it cannot hold dropped. */
const xml = (text: string): string =>
  text
    .replace(control, '')
    .replace(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[sign]!);

/** The thresholds of a run as a JUnit suite, one case each; a run that could not be done is an error of the suite. */
export const junitReport = (document: RunDocument): string => {
  const thresholds = document.thresholds ?? [];
  const { status } = document;
  const broken =
    status.kind === 'failed' ? status.message : status.kind === 'stopped' ? `stopped: ${status.reason}` : undefined;
  const failures = thresholds.filter((threshold) => !threshold.ok).length;
  const seconds = document.finishedAt ? (Date.parse(document.finishedAt) - Date.parse(document.startedAt)) / 1000 : 0;
  const name = xml(`stepbench ${document.workflow.name}`);
  const cases = thresholds.map(({ expression, value, ok }) => {
    const open = `    <testcase classname="${name}" name="${xml(expression)}" time="0"`;
    if (ok) return `${open}/>`;
    const message =
      value === null ? 'there is no value to compare' : `the value is ${formatNumber(value, { digits: 6 })}`;
    return `${open}>\n      <failure message="${xml(`${expression}: ${message}`)}"/>\n    </testcase>`;
  });
  if (broken !== undefined)
    cases.push(
      `    <testcase classname="${name}" name="run" time="0">\n      <error message="${xml(broken)}"/>\n    </testcase>`,
    );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="${name}" tests="${cases.length}" failures="${failures}" errors="${broken === undefined ? 0 : 1}" skipped="0" time="${seconds.toFixed(3)}" timestamp="${xml(document.startedAt)}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};
