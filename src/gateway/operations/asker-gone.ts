/** Why an operation goes on no longer: nobody waits for its answer. No failure of anybody's, and nothing for the log. */
export class AskerGone extends Error {
  override readonly name = 'AskerGone';

  constructor() {
    super('Whoever asked has gone.');
  }
}
