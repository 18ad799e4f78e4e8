/** It cannot be found out whether anything is missing, in words for whoever asked. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}
