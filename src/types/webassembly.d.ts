/** The little of WebAssembly that the schema engine needs; Node's own types leave the global to the DOM's. */
declare namespace WebAssembly {
  interface Exports {
    __wbindgen_start(): void;
  }
  interface Instance {
    readonly exports: Exports;
  }
  function instantiate(
    bytes: Uint8Array,
    imports: Record<string, Record<string, unknown>>,
  ): Promise<{ instance: Instance }>;
}

declare module '@prisma/schema-engine-wasm/schema_engine_bg' {
  export { SchemaEngine } from '@prisma/schema-engine-wasm';
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}
