-- Those that no worker has noticed yet, whether they have ended or not: looked through every ten minutes, however many were sealed before them.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "event_counts_to_notice_idx" ON "event_counts"("event_id") WHERE "sealed_at" IS NULL AND "seal_noticed_at" IS NULL;
