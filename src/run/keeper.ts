import { messageOf } from '../model/errors';
import type { RunDocument } from '../model/run';
import { prepareFolder } from '../store/folder';
import { openSampleFile, type SampleFile } from '../store/samples';
import type { RunStore } from '../store/runs';
import { createTraceFile, type KeptExecution, type TraceFile } from '../store/traces';
import { addNote, type RunState } from './document';
import { flushLines } from './loading';
import type { SampleHead } from './sampleLine';

/** Keeps a run on disk: its samples as they come, its document as it stands. */
export interface Keeper {
  /** Lines that are not on disk yet. */
  readonly lines: string[];
  /** Opens the samples file once the arms are known. */
  open(head: Omit<SampleHead, 'head' | 'pid'>): Promise<void>;
  readonly flush: () => void;
  readonly save: (document: RunDocument) => Promise<void>;
  /** An execution whose timeline may be asked for. */
  readonly keep: (execution: KeptExecution) => void;
  close(): void;
}

/** A disk that refuses is told once, in a note; the run then goes on in memory. */
export const createKeeper = (
  store: RunStore,
  state: RunState,
  options: { readonly inMemory?: boolean; readonly onNote: (message: string) => void },
): Keeper => {
  const lines: string[] = [];
  let file: SampleFile | undefined;
  let traces: TraceFile | undefined;
  let refused = options.inMemory === true;
  const refuse = (message: string) => {
    if (refused) return;
    refused = true;
    addNote(state, 'unsaved', message);
    options.onNote(message);
  };
  return {
    lines,
    open: async (head) => {
      if (refused) return;
      try {
        await prepareFolder(store.folder, 'runs');
        file = openSampleFile(store.samplesFile(state.id));
        file.append([JSON.stringify({ head: 'stepbench.samples/1', pid: process.pid, ...head } satisfies SampleHead)]);
      } catch (error) {
        refuse(messageOf(error));
      }
    },
    flush: () => {
      flushLines(lines, file);
      if (file?.failure) refuse(file.failure);
    },
    save: async (document) => {
      if (refused) return;
      try {
        await store.save(document);
      } catch (error) {
        refuse(messageOf(error));
      }
    },
    keep: (execution) => {
      if (refused || file === undefined) return;
      traces ??= createTraceFile(store.tracesFile(state.id));
      traces.offer(execution);
    },
    close: () => {
      file?.close();
      traces?.close();
    },
  };
};
