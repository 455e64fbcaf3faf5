/** What simulates a run's latencies, and the sentence that says so. */
import type { Plan } from '../model/plan';
import type { RunTarget } from '../model/run';

/** Emulators are simulations too: what they take says nothing of AWS. */
export const simulatedBy = ({ target }: Plan): RunTarget['simulated'] =>
  target.kind === 'aws' ? null : target.kind === 'embedded' ? target.profile : 'none';

export const simulatedNote = ({ target }: Plan): string | undefined => {
  switch (target.kind) {
    case 'aws':
      return undefined;
    case 'endpoint':
      return `Run on ${target.url}: latencies are the emulator's, not those of AWS.`;
    case 'embedded':
      return target.profile === 'none'
        ? 'Run on the embedded engine: latencies are those of the engine on this machine, not of AWS.'
        : `Simulated: latencies come from profile "${target.profile}", not from AWS.`;
  }
};
