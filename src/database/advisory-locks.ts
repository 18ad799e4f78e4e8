/**
 * The keys of all advisory locks of a database. PostgreSQL has one space of keys for each database, so two purposes with
 * the same key would exclude each other: no industry averages would be rebuilt while another process migrates.
 */

/** Chosen by Prisma's schema engine, which takes it by itself; `prisma migrate deploy` has no other. */
export const ENGINE_LOCK = 72_707_369;

/** One process at a time migrates. */
export const MIGRATION_LOCK = 7_264_110_501;

/** One process at a time builds an index beside the service. */
export const INDEX_LOCK = 7_264_110_505;

/** One worker at a time rebuilds the industry averages. */
export const INDUSTRY_REFRESH_LOCK = 7_264_110_502;

/**
 * Registrations share it, and so does what writes dead letters; who remembers an erasure has it alone: what is written beside an erasure
 * that is not committed yet would be seen by neither. It is taken behind events, stores and letters, and who has it alone waits for nothing
 * else: nobody waits in a circle.
 */
export const ERASURE_LOCK = 7_264_110_503;
