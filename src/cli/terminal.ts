import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Asks one line on stderr, so that stdout stays what the command prints; undefined at the end of input. */
export const askLine = (prompt: string, secret: boolean): Promise<string | undefined> =>
  new Promise((resolve) => {
    process.stderr.write(prompt);
    // What is typed is echoed by readline through its output: a secret goes nowhere.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = createInterface({ input: process.stdin, output: secret ? nowhere : process.stderr, terminal: true });
    let answered = false;
    reader.once('line', (line) => {
      answered = true;
      reader.close();
      if (secret) process.stderr.write('\n');
      resolve(line);
    });
    reader.once('close', () => {
      if (!answered) resolve(undefined);
    });
  });
