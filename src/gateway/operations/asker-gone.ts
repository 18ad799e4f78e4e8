/** Why an operation is cancelled: its client has gone. It is not a failure, and is not logged. */
export class AskerGone extends Error {
  override readonly name = 'AskerGone';

  constructor() {
    super('Whoever asked has gone.');
  }
}
