import { PGlite } from '@electric-sql/pglite';
import { DatabaseUnavailable } from '../unavailable';

/** How PGlite's program says that a statement failed; whatever else it throws, it has ended. */
const STATEMENT_FAILED = 100;

/**
 * PGlite whose PostgreSQL may end, as it does when it cannot write its log. PGlite itself would call the program that has
 * ended over and over, in a loop that nothing else gets past. Here that statement fails, and every one after it.
 */
export class GuardedPGlite extends PGlite {
  private hasEndedWith: DatabaseUnavailable | undefined;
  private isGuarded = false;

  /** Why its PostgreSQL has ended, if it has: it takes another one, on the same folder. */
  get end(): DatabaseUnavailable | undefined {
    return this.hasEndedWith;
  }

  override execProtocolRawSync(message: Uint8Array): Uint8Array {
    if (this.end) throw this.end;
    if (!this.isGuarded) this.guard();
    return super.execProtocolRawSync(message);
  }

  /** Lets go of its files, without the good order that only a living PostgreSQL could leave them in. */
  async abandon(): Promise<void> {
    await this.fs?.closeFs();
  }

  /**
   * The loop swallows what the program throws and goes on. Between two rounds it puts back the program's stack, which is
   * where it can be left.
   */
  private guard(): void {
    const { mod } = this;
    if (mod === undefined) return;
    this.isGuarded = true;
    const { _PostgresMainLoopOnce: runOnce, stackRestore } = mod;
    mod._PostgresMainLoopOnce = () => {
      try {
        runOnce();
      } catch (error) {
        if (statusOf(error) !== STATEMENT_FAILED) this.hasEndedWith = new DatabaseUnavailable(error);
        throw error;
      }
    };
    mod.stackRestore = (pointer) => {
      if (this.end) throw this.end;
      return stackRestore(pointer);
    };
    for (const step of ['_PostgresSendReadyForQueryIfNecessary', '_pgl_pq_flush'] as const) {
      const original = mod[step];
      mod[step] = () => {
        if (!this.end) original();
      };
    }
  }
}

function statusOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
}
