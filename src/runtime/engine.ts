import { setFlagsFromString } from 'node:v8';

/** In bytes of code that have run, roughly; V8's own is 1,800,000. */
const TIERING_BUDGET = 100_000_000;

/**
 * Has V8 compile functions of WebAssembly thoroughly only once they have run for long. Prisma's schema engine and query
 * compiler run for a moment at the start, enough to have hundreds of them compiled: that takes 50 MB, which are never
 * given back, and 0.15 s of processor time. The database inside this process runs all the time; it wants V8 as it is.
 *
 * To be called before anything of WebAssembly is loaded.
 */
export function compileWebAssemblyLate(): void {
  setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET}`);
}

/** By how much the heap may grow over what is alive, before all of it is looked through again. */
const GROWTH_PERCENT = 60;

/**
 * Has V8 collect garbage while there is less of it. A worker that catches up lets go of all it has read a few times a
 * second, and V8 by itself lets that come to four times what is alive: 620 MB. So it is 300 MB, for a fifth more of the
 * processor time; no reader waits for a worker.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
