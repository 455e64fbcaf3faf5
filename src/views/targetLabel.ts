import path from 'node:path';
import type { Target } from '../model/plan';

/** A target in few words: `embedded: study`, `localhost:4566`, `AWS dev, eu-west-1`. */
export const targetLabel = (target: Target): string => {
  switch (target.kind) {
    case 'embedded':
      return `embedded: ${path.basename(target.profile, '.json')}`;
    case 'endpoint':
      return URL.canParse(target.url) ? new URL(target.url).host : target.url || 'endpoint';
    case 'aws':
      return ['AWS', ...[target.profile, target.region].filter(Boolean)].join(' ');
  }
};

/** Name of the latency profile where figures are simulated, else null. */
export const targetSimulates = (target: Target): string | null =>
  target.kind === 'embedded' ? path.basename(target.profile, '.json') : null;
