// What @vscode/test-electron calls inside the extension host: all suites beside this file, results to a file.
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { reporterTo } from '../../reporter.mjs';

export function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 1_800_000,
    grep: process.env.STEPBENCH_GREP,
    reporter: reporterTo((results) => {
      const file = process.env.STEPBENCH_RESULTS;
      if (file) writeFileSync(file, JSON.stringify(results));
    }),
  });
  for (const file of readdirSync(__dirname).sort())
    if (file.endsWith('.test.js')) mocha.addFile(path.join(__dirname, file));
  return new Promise((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} failed`))));
  });
}
