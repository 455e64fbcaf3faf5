import { closeSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { diskMessage } from './folder';

/**
 * The append-only file of a run's samples, beside its document. Lines are JSON arrays (≤ 100 bytes); what they mean is the
 * runner's affair (run/sample.ts). A write goes to the kernel at once, so a killed process loses nothing that was written.
 */
export interface SampleFile {
  append(lines: readonly string[]): void;
  close(): void;
  /** The first refusal of the disk, in one sentence; later lines are kept in memory by the caller only. */
  readonly failure: string | undefined;
}

export const openSampleFile = (file: string): SampleFile => {
  let descriptor: number | undefined;
  let failure: string | undefined;
  const refuse = (error: unknown) => {
    failure ??= diskMessage(error, file);
    close();
  };
  const close = () => {
    if (descriptor === undefined) return;
    const open = descriptor;
    descriptor = undefined;
    try {
      closeSync(open);
    } catch {
      // Closing what a full disk has already broken: the failure is kept.
    }
  };
  try {
    descriptor = openSync(file, 'a');
  } catch (error) {
    refuse(error);
  }
  return {
    append: (lines) => {
      if (descriptor === undefined || lines.length === 0) return;
      try {
        writeSync(descriptor, lines.join('\n') + '\n');
      } catch (error) {
        refuse(error);
      }
    },
    close,
    get failure() {
      return failure;
    },
  };
};

/** Every whole line of a samples file; a last line cut off by a kill is left out. */
export const readSampleLines = async (file: string): Promise<readonly unknown[]> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines: unknown[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      lines.push(JSON.parse(line));
    } catch {
      // The line that was being written when the process died.
    }
  }
  return lines;
};
