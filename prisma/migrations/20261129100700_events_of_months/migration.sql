-- Whether a month's table holds anything of an event that is not sealed.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "event_counts_month_idx" ON "event_counts"("month") WHERE "emptied_at" IS NULL AND "month" > 0;
