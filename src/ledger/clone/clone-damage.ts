// Thrown inside the adapter when the clone does not hold what it must; `withHealing` in git-ledger.ts turns it into a new clone.
export class CloneDamage extends Error {
  /** True if the clone is known to lack something; else the catcher looks for damage first. */
  readonly certain: boolean;

  constructor(message: string, certain: boolean) {
    super(message);
    this.name = 'CloneDamage';
    this.certain = certain;
  }
}
