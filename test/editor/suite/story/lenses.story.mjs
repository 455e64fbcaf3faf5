import path from 'node:path';
import { packExtension } from '../../host/package.mjs';
import { panelOf } from '../../host/panel.mjs';
import { headLens, openAtTop, runCommand } from '../../host/person.mjs';
import { makeScratch } from '../../host/scratch.mjs';
import { until, within } from '../../host/until.mjs';
import { makeWorld, root, tellsOfFailures } from './world.mjs';

describe('lenses beside those of another extension', function () {
  let world;
  let scratch;
  before(async () => {
    scratch = await makeScratch('stepbench-late-lenses-');
    const vsix = path.join(scratch.folder, 'late-lenses.vsix');
    await packExtension(path.join(root, 'test/editor/suite/story/late-lenses'), vsix, { skipLicense: true });
    world = await makeWorld({ vsix: [vsix] });
  });
  tellsOfFailures(() => world?.page);
  after(async () => {
    await world?.dispose();
    scratch?.remove();
  });

  it('can be clicked when the panel is open, although the editor forgot to ask for them', async () => {
    const { page } = world;
    const link = page.locator('.codelens-decoration a', { hasText: 'Run once' });
    await openAtTop(page, 'order.asl.json');
    await until('the lens', async () => (await headLens(page)).includes('Run once') && (await link.isVisible()));
    // The editor's own doing, without which this would prove nothing; one that is busy may ask before its focus is gone.
    await until('a lens of which only the words are left', async () => {
      await runCommand(page, 'Late Lenses: Join');
      return within(3000, async () => (await headLens(page)).includes('Run once') && (await link.count()) === 0);
    });
    await runCommand(page, 'StepBench: Show Panel');
    await panelOf(page).says(/Run benchmark/);
    await until('the lens to be a link again', () => link.isVisible());
  });
});
