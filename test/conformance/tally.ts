/** Counts of a conformance run, by area, and the table that tells them. */
import type { ExecutionCase } from './corpus';

interface Row {
  passed: number;
  failed: number;
  excepted: number;
  notRun: number;
}

export class Tally {
  readonly #areas = new Map<string, Row>();
  readonly #tiers = new Map<number, Row>();
  readonly #failures: string[] = [];
  readonly #exceptions: string[] = [];
  readonly #reasons = new Map<string, number>();

  constructor(private readonly driver: string) {}

  passed(recorded: ExecutionCase): void {
    this.#count(recorded, 'passed');
  }

  failed(recorded: ExecutionCase, differences: readonly string[]): void {
    this.#count(recorded, 'failed');
    this.#failures.push(`${recorded.id} (tier ${recorded.tier})\n    ${differences.join('\n    ')}`);
  }

  /** Deviates, and it is known why. */
  excepted(recorded: ExecutionCase, reason: string): void {
    this.#count(recorded, 'excepted');
    this.#exceptions.push(`${recorded.id} (tier ${recorded.tier}): ${reason}`);
  }

  notRun(recorded: ExecutionCase, reason: string): void {
    this.#count(recorded, 'notRun');
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  /** Passed of run, in a tier, without those that are listed as excepted with a reason. */
  share(tier: number): number {
    const row = this.#tiers.get(tier);
    if (!row) return 1;
    const run = row.passed + row.failed;
    return run === 0 ? 1 : row.passed / run;
  }

  table(verbose: boolean): string {
    const line = (name: string, row: Row): string =>
      `${name.padEnd(24)}${String(row.passed).padStart(8)}${String(row.failed).padStart(8)}${String(row.excepted).padStart(10)}${String(row.notRun).padStart(9)}`;
    return [
      `Recorded executions through the ${this.driver}`,
      `${'area'.padEnd(24)}  passed  failed  excepted  not run`,
      ...[...this.#areas].sort(([a], [b]) => a.localeCompare(b)).map(([name, row]) => line(name, row)),
      ...[...this.#tiers].sort(([a], [b]) => a - b).map(([tier, row]) => line(`tier ${tier}`, row)),
      ...[...this.#reasons].map(([reason, count]) => `not run, ${count}: ${reason}`),
      ...this.#exceptions.map((text) => `excepted: ${text}`),
      ...(verbose ? this.#failures : this.#failures.slice(0, 60)).map((text) => `FAILED ${text}`),
    ].join('\n');
  }

  #count(recorded: ExecutionCase, what: keyof Row): void {
    for (const [rows, key] of [
      [this.#areas, recorded.area],
      [this.#tiers, recorded.tier],
    ] as [Map<string | number, Row>, string | number][]) {
      const row = rows.get(key) ?? { passed: 0, failed: 0, excepted: 0, notRun: 0 };
      row[what]++;
      rows.set(key, row);
    }
  }
}
