import path from 'node:path';
import type { Target } from '../model/plan';
import { english, type Words } from './words';

/** A target in few words: `embedded: study`, `localhost:4566`, `AWS dev, eu-west-1`. */
export const targetLabel = (target: Target, t: Words = english): string => {
  switch (target.kind) {
    case 'embedded':
      return t('embedded: {0}', target.profile === 'none' ? t('bare engine') : path.basename(target.profile, '.json'));
    case 'endpoint':
      return URL.canParse(target.url) ? new URL(target.url).host : target.url || t('endpoint');
    case 'aws':
      return ['AWS', ...[target.profile, target.region].filter(Boolean)].join(' ');
  }
};

/** Name of the latency profile where figures are simulated, else null. */
export const targetSimulates = (target: Target): string | null =>
  target.kind === 'embedded' ? path.basename(target.profile, '.json') : null;
