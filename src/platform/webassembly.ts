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
