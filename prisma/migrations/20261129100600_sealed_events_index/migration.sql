-- The sealed events are found and counted here, and those whose rows are leaving, however many there are. It is Prisma's schema that
-- cannot say this (a part of the rows), and its engine that leaves it alone.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "event_counts_sealed_idx" ON "event_counts"("emptied_at", "sealed_at") WHERE "sealed_at" IS NOT NULL;
