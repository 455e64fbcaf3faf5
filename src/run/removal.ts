/** The end of what a run made on its target. */
import type { Ledger } from '../target/ledger';
import { removeAll } from '../target/remove';
import { addNote } from './document';
import { render, type Run } from './run';
import type { Session } from './session';

/** Removes what the ledger lists, unless it is to be kept or ends with its server; what stays is noted. */
export const cleanUp = async (run: Run, session: Session, ledger: Ledger | undefined): Promise<void> => {
  const { plan, io, state, random, reach } = run;
  if (!ledger) return;
  // On the embedded engine all of it lives in the server, which ends now.
  if (plan.target.kind === 'embedded' || plan.keep) return;
  if (reach.gone) {
    addNote(
      state,
      'leftBehind',
      'What was made on the target is still listed, for it does not answer. Run: stepbench clean',
    );
    return;
  }
  const after = state.status;
  state.status = { kind: 'running', phase: 'cleaning' };
  io.onSnapshot(render(run, false));
  const removal = await removeAll(session.door, ledger, { sleep: (ms) => io.clock.sleep(ms), random });
  state.status = after;
  for (const { entry, message } of removal.failed)
    addNote(state, 'leftBehind', `${entry.kind} ${entry.name} could not be removed (${message}). Run: stepbench clean`);
};
