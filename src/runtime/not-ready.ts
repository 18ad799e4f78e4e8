/** What a check throws that has more to say than no: its detail is told to whoever asks, and must be fit for that. */
export class NotReady extends Error {
  override readonly name = 'NotReady';

  constructor(
    message: string,
    readonly detail: object,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
