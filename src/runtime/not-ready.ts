/** Thrown by a check, with a detail that is shown publicly: it must hold no secret. */
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
