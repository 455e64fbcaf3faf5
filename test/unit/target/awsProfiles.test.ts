import { describe, expect, it } from 'vitest';
import { profileNames } from '../../../src/target/awsProfiles';
import { targetLabel, targetSimulates } from '../../../src/views/targetLabel';

describe('AWS profiles', () => {
  it('come from both files, each once, default first, without sessions and services', () => {
    const config =
      '[profile dev]\nregion = eu-west-1\n[sso-session corp]\n[services x]\n[default]\n[profile "with space"] # note\n';
    expect(profileNames(config, '[dev]\n[old]\n')).toEqual(['default', 'dev', 'old', 'with space']);
  });
  it('are none without files', () => expect(profileNames('', '')).toEqual([]));
});

describe('a target in few words', () => {
  it('names what matters', () => {
    expect(targetLabel({ kind: 'embedded', profile: 'study' })).toBe('embedded: study');
    expect(targetLabel({ kind: 'embedded', profile: '/x/slow.json' })).toBe('embedded: slow');
    expect(targetLabel({ kind: 'embedded', profile: 'none' })).toBe('embedded: bare engine');
    expect(targetLabel({ kind: 'endpoint', url: 'http://localhost:4566/x' })).toBe('localhost:4566');
    expect(targetLabel({ kind: 'endpoint', url: '' })).toBe('endpoint');
    expect(targetLabel({ kind: 'aws', profile: 'dev', region: 'eu-west-1' })).toBe('AWS dev eu-west-1');
  });
  it('is simulated on the embedded engine only', () => {
    expect(targetSimulates({ kind: 'embedded', profile: 'none' })).toBe('none');
    expect(targetSimulates({ kind: 'aws' })).toBeNull();
  });
});
