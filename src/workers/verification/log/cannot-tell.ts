/** It cannot be found out whether anything is missing. The message is for the operator. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}
