// The stories, each file in an editor of its own. One that fails is lived once more in a new editor: what a loaded machine did to one
// of them is then told apart from what the product does, and is printed, not hidden.
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Mocha from 'mocha';
import { pictures } from './host/explain.mjs';
import { reporterTo } from './reporter.mjs';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'suite/story');

async function live(file, grep, attempt) {
  const mocha = new Mocha({
    ui: 'bdd',
    // Every wait in a story ends before and says for what; this is for what waits for nothing.
    timeout: 1_800_000,
    grep,
  });
  let results = [];
  mocha.reporter(reporterTo((all) => (results = all)));
  mocha.suite.emit('pre-require', globalThis, file, mocha);
  // A module is run once: by another address it is run again.
  await import(`${pathToFileURL(file)}?attempt=${attempt}`);
  await new Promise((resolve) => mocha.run(resolve));
  return results;
}

const hasFailed = (results) => results.some(({ state }) => state === 'failed');

/** Resolves to the results of all stories, and the failures of first attempts whose second one passed. `attempts`: 1 or 2. */
export async function liveStories({ grep, attempts }) {
  await mkdir(pictures, { recursive: true });
  const results = [];
  const unsteady = [];
  const files = (await readdir(folder)).filter((name) => name.endsWith('.story.mjs')).sort();
  for (const name of files) {
    const file = path.join(folder, name);
    let last = await live(file, grep, 1);
    if (hasFailed(last) && attempts > 1) {
      console.log(`  ${name} failed; once more, in a new editor`);
      const first = last;
      last = await live(file, grep, 2);
      if (!hasFailed(last)) unsteady.push(...first.filter(({ state }) => state === 'failed'));
    }
    results.push(...last);
  }
  return { results, unsteady };
}
