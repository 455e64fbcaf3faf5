import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { terminalReport } from '../report';
import { messageOf } from '../model/errors';
import type { Command } from './command';
import { usageError } from './command';
import { readRun } from './documents';
import { reportFor } from './run';

const forms: Readonly<Record<string, string>> = {
  md: 'x.md',
  html: 'x.html',
  csv: 'x.csv',
  'states-csv': 'states.csv',
  junit: 'x.xml',
  json: 'x.json',
};

/** `stepbench report`: a finished run in another form. */
export const reportCommand: Command = {
  name: 'report',
  summary: 'Show a run again, or write it as Markdown, HTML, CSV, JUnit or JSON. RUN is a file, an id, or “last”.',
  operands: 'RUN',
  least: 1,
  most: 1,
  options: [
    { name: 'format', value: 'FORM', help: `what to print: text (unless told), ${Object.keys(forms).join(', ')}` },
    {
      name: 'out',
      value: 'FILE',
      multiple: true,
      help: 'write to a file instead, in the form its ending names: .json, .html, .md, .csv (samples), states.csv, .xml (JUnit)',
    },
    { name: 'json', help: 'print the run document and nothing else' },
  ],
  run: async (parsed, context) => {
    const form = parsed.flag('json') ? 'json' : (parsed.text('format') ?? 'text');
    if (form !== 'text' && !Object.hasOwn(forms, form))
      throw usageError(`--format is text, ${Object.keys(forms).join(', ')}, not “${form}”.`);
    const document = await readRun(parsed.operands[0]!, context.cwd);
    const outs = parsed.texts('out');
    for (const out of outs) {
      await writeFile(path.resolve(context.cwd, out), reportFor(out, document)).catch((error: unknown) => {
        throw usageError(`${out} could not be written: ${messageOf(error)}`);
      });
      context.stderr.write(`${out} was written.\n`);
    }
    if (outs.length === 0 || parsed.flag('json') || parsed.text('format'))
      context.stdout.write(form === 'text' ? terminalReport(document) : reportFor(forms[form]!, document));
    return 0;
  },
};
