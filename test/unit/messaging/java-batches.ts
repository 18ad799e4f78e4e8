/**
 * Batches as the Java client of Apache Kafka 4.4 compresses them (its Compression class, default levels), in base64: LINE
 * over and over, so often that each codec cuts it into more than one block.
 */

export const LINE = '{"eventId":"550e8400-e29b-41d4-a716-446655440000","channel":"지니TV"}\n';

interface JavaBatch {
  readonly lines: number;
  readonly base64: string;
}

/** Blocks of 32 KiB in the xerial framing. */
export const SNAPPY_BATCH: JavaBatch = {
  lines: 600,
  base64: `
  glNOQVBQWQAAAAABAAAAAQAABkyAgALwSXsiZXZlbnRJZCI6IjU1MGU4NDAwLWUyOWItNDFkNC1hNzE2LTQ0NjY1NTQ0MDAwMCIsImNo
  YW5uZWwiOiLsp4Dri4hUViJ9Cnsi/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA
  /kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA/kgA1kgAAAACNMBR
  8ElkIjoiNTUwZTg0MDAtZTI5Yi00MWQ0LWE3MTYtNDQ2NjU1NDQwMDAwIiwiY2hhbm5lbCI6IuyngOuLiFRWIn0KeyJldmVudElkIv5I
  AP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5I
  AP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5I
  AP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5I
  AP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5I
  AP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5I
  AP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5IAP5I
  AP5IAP5IAP5IAP5IANZIAA==
  `,
};

/** One frame of independent blocks of 64 KiB, without checksums. */
export const LZ4_BATCH: JavaBatch = {
  lines: 1_000,
  base64: `
  BCJNGGBAglMBAAD/OXsiZXZlbnRJZCI6IjU1MGU4NDAwLWUyOWItNDFkNC1hNzE2LTQ0NjY1NTQ0MDAwMCIsImNoYW5uZWwiOiLsp4Dr
  i4hUViJ9CkgA////////////////////////////////////////////////////////////////////////////////////////////
  ////////////////////////////////////////////////////////////////////////////////////////////////////////
  ////////////////////////////////////////////////////////////////////////////////////////////////////////
  /////////////////////////////////////////6BQIjU1MGVrAAAA/zk4NDAwLWUyOWItNDFkNC1hNzE2LTQ0NjY1NTQ0MDAwMCIs
  ImNoYW5uZWwiOiLsp4Dri4hUViJ9CnsiZXZlbnRJZCI6IjU1MGVIAP////////////////////////////////hQVFYifQoAAAAA
  `,
};

/** One frame that does not say how long its content is. */
export const ZSTD_BATCH: JavaBatch = {
  lines: 60_000,
  base64: `
  KLUv/QBYlAIAhAR7ImV2ZW50SWQiOiI1NTBlODQwMC1lMjliLTQxZDQtYTcxNi00NDY2NTU0NDAwMDAiLCJjaGFubmVsIjoi7KeA64uI
  VFYifQoBAEjt/5KHKEwAAAg3AQD8/zkQAkwAAAjrAQD8/zkQAkwAAAhiAQD8/zkQAkwAAAhlAQD8/zkQAkwAAAg4AQD8/zkQAkwAAAgi
  AQD8/zkQAkwAAAhkAQD8/zkQAkwAAAg1AQD8/zkQAkwAAAh7AQD8/zkQAkwAAAg3AQD8/zkQAkwAAAjrAQD8/zkQAkwAAAhiAQD8/zkQ
  AkwAAAhlAQD8/zkQAkwAAAg4AQD8/zkQAkwAAAgiAQD8/zkQAkwAAAhkAQD8/zkQAkwAAAg1AQD8/zkQAkwAAAh7AQD8/zkQAkwAAAg3
  AQD8/zkQAkwAAAjrAQD8/zkQAkwAAAhiAQD8/zkQAkwAAAhlAQD8/zkQAkwAAAg4AQD8/zkQAkwAAAgiAQD8/zkQAkwAAAhkAQD8/zkQ
  AkwAAAg1AQD8/zkQAkwAAAh7AQD8/zkQAkwAAAg3AQD8/zkQAkwAAAjrAQD8/zkQAkwAAAhiAQD8/zkQAkwAAAhlAQD8/zkQAkwAAAg4
  AQD86jkQAgEAAA==
  `,
};
