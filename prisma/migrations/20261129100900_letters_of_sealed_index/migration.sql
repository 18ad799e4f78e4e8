-- Those that leave, however many others are kept.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "dead_letters_sealed_idx" ON "dead_letters"("sent_at") WHERE "sealed";
