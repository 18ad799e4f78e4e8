import { create } from './create.mjs';

/** Mercurius again, but its statements find views in the place of the rollups. */
await create('live-views.sql');
process.env.PGOPTIONS = '-c search_path=live,public -c timezone=UTC';

export const { answers } = await import('./mercurius.mjs');
