-- Those that are to be sealed, and of them those that were refused: they are counted at each scrape, however many events there are.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "event_counts_noticed_idx" ON "event_counts"("seal_noticed_at", "seal_refused_at") WHERE "seal_noticed_at" IS NOT NULL AND "sealed_at" IS NULL;
