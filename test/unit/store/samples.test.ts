import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskMessage, writeAtomically } from '../../../src/store/folder';
import { openSampleFile, readSampleLines } from '../../../src/store/samples';
import { useFolder } from './fixtures';

const newFolder = useFolder();
const errno = (code: string) => Object.assign(new Error(code), { code });

describe('the file of samples', () => {
  it('has every line on disk as soon as append returns', () => {
    const file = path.join(newFolder(), 's.jsonl');
    const samples = openSampleFile(file);
    samples.append(['[1]', '[2]']);
    expect(readFileSync(file, 'utf8')).toBe('[1]\n[2]\n');
    samples.append([]);
    samples.append(['[3]']);
    samples.close();
    expect(readFileSync(file, 'utf8')).toBe('[1]\n[2]\n[3]\n');
  });

  it('goes on behind what is there', () => {
    const file = path.join(newFolder(), 's.jsonl');
    for (const line of ['[1]', '[2]']) {
      const samples = openSampleFile(file);
      samples.append([line]);
      samples.close();
    }
    expect(readFileSync(file, 'utf8')).toBe('[1]\n[2]\n');
  });

  it('leaves out a last line that a kill has cut', async () => {
    const file = path.join(newFolder(), 's.jsonl');
    const samples = openSampleFile(file);
    samples.append(['["s",0,1]', '["s",0,2]']);
    samples.close();
    appendFileSync(file, '["s",0,');
    expect(await readSampleLines(file)).toEqual([
      ['s', 0, 1],
      ['s', 0, 2],
    ]);
  });

  it('is empty where there is no file', async () => {
    expect(await readSampleLines(path.join(newFolder(), 'none'))).toEqual([]);
  });

  it('keeps the first refusal and never throws', () => {
    const folder = newFolder();
    mkdirSync(path.join(folder, 'taken'));
    const samples = openSampleFile(path.join(folder, 'taken'));
    expect(samples.failure).toMatch(/could not be written/);
    samples.append(['[1]']);
    samples.close();
  });

  it('ignores what comes after it was closed', () => {
    const file = path.join(newFolder(), 's.jsonl');
    const samples = openSampleFile(file);
    samples.close();
    samples.append(['[1]']);
    expect(readFileSync(file, 'utf8')).toBe('');
    expect(samples.failure).toBeUndefined();
  });
});

describe('what is said of a disk that refuses', () => {
  it.each([
    ['ENOSPC', /disk is full.*Free some space/],
    ['EDQUOT', /disk is full/],
    ['EACCES', /cannot be written \(EACCES\).*kept in memory/],
    ['EROFS', /cannot be written \(EROFS\)/],
    ['EIO', /could not be written: EIO/],
  ])('%s', (code, message) => expect(diskMessage(errno(code), '/w/x')).toMatch(message));

  it('leaves the old text when a write fails', async () => {
    const folder = newFolder();
    const file = path.join(folder, 'a.json');
    await writeAtomically(file, 'old');
    await expect(writeAtomically(path.join(folder, 'no', 'such', 'folder.json'), 'new')).rejects.toThrow(
      /cannot be written \(ENOENT\)/,
    );
    expect(readFileSync(file, 'utf8')).toBe('old');
  });
});
