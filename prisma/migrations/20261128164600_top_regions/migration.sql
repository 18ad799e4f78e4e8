-- The regions that are shown are read from here, however many an event has: of as many as participants each read sorted all.
-- It is Prisma's schema that cannot say this (a part of the rows, in an order of its own), and its engine that leaves it alone.
CREATE INDEX "event_profiles_top_regions_idx" ON "event_profiles"("event_id", "participants" DESC, "bucket" COLLATE "C")
WHERE "dimension" = 'REGION' AND "bucket" NOT IN ('', '기타');
